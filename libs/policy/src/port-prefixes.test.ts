import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { portPrefixes } from "./index.ts";

const anyRange = fc
  .tuple(fc.nat(65535), fc.nat(65535))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

test("prefixes of a range hold its ports and no other, each once", () => {
  fc.assert(
    fc.property(anyRange, ([from, to]) => {
      let next = from;
      for (const { port, length } of portPrefixes(from, to)) {
        assert.equal(port, next);
        assert.equal(port % 2 ** (16 - length), 0);
        next += 2 ** (16 - length);
      }
      assert.equal(next, to + 1);
    }),
  );
});

test("there are never more than 30 of them, and one where one suffices", () => {
  fc.assert(fc.property(anyRange, ([from, to]) => portPrefixes(from, to).length <= 30));
  assert.deepEqual(portPrefixes(0, 65535), [{ port: 0, length: 0 }]);
  assert.deepEqual(portPrefixes(80, 80), [{ port: 80, length: 16 }]);
  assert.deepEqual(portPrefixes(80, 83), [{ port: 80, length: 14 }]);
  assert.equal(portPrefixes(1, 65534).length, 30);
});
