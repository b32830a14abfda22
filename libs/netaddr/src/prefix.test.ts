import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress, parseAddress } from "./address.ts";
import { anyAddress, anyPrefix } from "./arbitraries.ts";
import { isWeftError } from "./error.ts";
import {
  formatPrefix,
  nthAddress,
  nthSubprefix,
  parsePrefix,
  prefixContains,
  prefixFromBytes,
  prefixSize,
  prefixToBytes,
} from "./prefix.ts";

test("a prefix read from its text or its bytes is the same prefix", () => {
  fc.assert(
    fc.property(anyPrefix, (prefix) => {
      assert.deepEqual(parsePrefix(formatPrefix(prefix)), prefix);
      assert.deepEqual(prefixFromBytes(prefixToBytes(prefix)), prefix);
    }),
  );
});

test("a prefix holds its first and last address and not their neighbours", () => {
  fc.assert(
    fc.property(anyPrefix, anyAddress, (prefix, other) => {
      const last = nthAddress(prefix, prefixSize(prefix) - 1n);
      assert.ok(
        prefixContains(prefix, prefix.address) &&
          prefixContains(prefix, last) &&
          prefixContains(prefix, prefix),
      );
      assert.throws(() => nthAddress(prefix, prefixSize(prefix)), /has no/);
      const inside =
        other.family === last.family && other.value >= prefix.address.value && other.value <= last.value;
      assert.equal(prefixContains(prefix, other), inside);
    }),
  );
});

test("subprefixes are disjoint, in order, and inside", () => {
  const pool = parsePrefix("fd00:1:2::/48");
  assert.equal(formatPrefix(nthSubprefix(pool, 64, 0)), "fd00:1:2::/64");
  assert.equal(formatPrefix(nthSubprefix(pool, 64, 65535n)), "fd00:1:2:ffff::/64");
  assert.throws(
    () => nthSubprefix(pool, 64, 65536),
    (error) => isWeftError(error, "RESOURCE_EXHAUSTED"),
  );
  assert.throws(() => nthSubprefix(pool, 40, 0), /does not fit/);
  assert.equal(formatAddress(nthAddress(parsePrefix("10.1.2.0/24"), 255)), "10.1.2.255");
});

test("a prefix inside a wider one is contained, the wider one is not", () => {
  const wide = parsePrefix("10.0.0.0/8");
  const narrow = parsePrefix("10.1.0.0/16");
  assert.ok(prefixContains(wide, narrow));
  assert.ok(!prefixContains(narrow, wide));
  assert.ok(!prefixContains(parsePrefix("::/0"), parseAddress("10.0.0.1")));
});

test("host bits are refused and the right prefix is offered", () => {
  assert.throws(
    () => parsePrefix("10.1.2.3/8"),
    (error) => isWeftError(error) && error.expected === "10.0.0.0/8",
  );
  for (const text of [
    "10.0.0.0",
    "10.0.0.0/33",
    "fd00::/129",
    "fd00::/064",
    "fd00::/",
    "/8",
    "fd00::/-1",
    "a/8",
  ]) {
    assert.throws(
      () => parsePrefix(text),
      (error) => isWeftError(error, "INVALID_ARGUMENT"),
      text,
    );
  }
});
