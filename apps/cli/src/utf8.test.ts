import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utf8Length } from "./utf8.ts";

test("every text is UTF-8 to its end", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const bytes = Buffer.from(text);
      assert.equal(utf8Length(bytes), bytes.length);
    }),
  );
});

test("a wrong byte is found where it is, whatever comes before and after", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.uint8Array(), (text, rest) => {
      const before = Buffer.from(text);
      assert.equal(utf8Length(Buffer.concat([before, Buffer.from([0xff]), rest])), before.length);
    }),
  );
});

test("a character that is cut off is not UTF-8 from its first byte on", () => {
  const bytes = Buffer.from("ab€");
  assert.equal(utf8Length(bytes.subarray(0, 4)), 2);
  assert.equal(utf8Length(Buffer.concat([bytes.subarray(0, 4), Buffer.from("c")])), 2);
});
