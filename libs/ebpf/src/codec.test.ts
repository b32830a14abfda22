import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BtfType } from "./btf.ts";
import { codecOf } from "./codec.ts";

const int = (size: number, signed = false, name = "int"): BtfType => ({
  kind: "int",
  name,
  size,
  signed,
  bool: false,
});
const array = (of: BtfType, count: number): BtfType => ({ kind: "array", of, count, size: of.size * count });

const flow: BtfType = {
  kind: "struct",
  name: "flow",
  size: 32,
  members: [
    { name: "revision", offset: 0, type: int(8) },
    { name: "delta", offset: 8, type: int(4, true) },
    { name: "port", offset: 12, type: int(2) },
    { name: "pad", offset: 14, type: array(int(1), 2) },
    { name: "mac", offset: 16, type: array(int(1), 6) },
    { name: "limits", offset: 22, type: array(int(2), 2) },
    { name: "name", offset: 26, type: array(int(1, true, "char"), 6) },
  ],
};

const flows = fc.record({
  revision: fc.bigInt(0n, 2n ** 64n - 1n).map((n) => (n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n)),
  delta: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  port: fc.integer({ min: 0, max: 65535 }),
  mac: fc.uint8Array({ minLength: 6, maxLength: 6 }),
  limits: fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 2, maxLength: 2 }),
  name: fc.stringMatching(/^[a-z]{0,5}$/),
});

test("what is encoded decodes to itself", () => {
  const codec = codecOf(flow);
  fc.assert(fc.property(flows, (value) => assert.deepEqual(codec.decode(codec.encode(value)), { ...value })));
});

test("bytes are where C has them", () => {
  const value = { revision: 1, delta: -2, port: 0x5000, mac: [1, 2, 3, 4, 5, 6], limits: [7, 8], name: "ab" };
  const hex = "0100000000000000 feffffff 0050 0000 010203040506 07000800 616200000000";
  assert.equal(Buffer.from(codecOf(flow).encode(value)).toString("hex"), hex.replaceAll(" ", ""));
});

test("what does not fit is refused with its path and the C type", () => {
  const codec = codecOf(flow);
  const right = { revision: 1, delta: 0, port: 0, mac: new Uint8Array(6), limits: [0, 0], name: "" };
  assert.doesNotThrow(() => codec.encode(right));
  assert.throws(() => codec.encode({ ...right, port: 65536 }), /^TypeError: port: expected u16, got 65536$/);
  assert.throws(() => codec.encode({ ...right, port: 1.5 }), /port: expected u16/);
  assert.throws(() => codec.encode({ ...right, limits: [0, -1] }), /limits\[1\]: expected u16, got -1/);
  assert.throws(() => codec.encode({ ...right, mac: new Uint8Array(5) }), /mac: expected u8\[6\]/);
  assert.throws(() => codec.encode({ ...right, name: "abcdef" }), /name: expected/);
  assert.throws(() => codec.encode({ ...right, colour: 1 }), /colour: no such member/);
  const { port: _, ...without } = right;
  assert.throws(() => codec.encode(without), /port: missing, expected u16/);
  assert.throws(() => codec.decode(new Uint8Array(31)), RangeError);
});

test("members of an anonymous union are the struct's, and exclude each other", () => {
  const either: BtfType = {
    kind: "union",
    name: "",
    size: 4,
    members: [
      { name: "word", offset: 0, type: int(4) },
      { name: "bytes", offset: 0, type: array(int(1), 4) },
    ],
  };
  const type: BtfType = {
    kind: "struct",
    name: "key",
    size: 8,
    members: [
      { name: "kind", offset: 0, type: int(4) },
      { name: "", offset: 4, type: either },
    ],
  };
  const codec = codecOf(type);
  assert.deepEqual(codec.encode({ kind: 1, word: 2 }), codec.encode({ kind: 1, bytes: [2, 0, 0, 0] }));
  assert.equal((codec.decode(codec.encode({ kind: 1, word: 2 })) as { word: number }).word, 2);
});
