import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { batchesOf, checkSize, deadlineMsFor } from "./batches.ts";

const share = (count: number, length: number) => ({
  service: "Compiler" as const,
  documents: Array.from({ length: count }, (_, n) => ({ file: `${n}`, text: "x".repeat(length) })),
});

test("a share is cut into batches of a bounded number and length, in order and whole", () => {
  const sizes = (count: number, length: number) =>
    batchesOf(share(count, length)).map(({ documents }) => documents.length);
  assert.deepEqual(sizes(0, 1), []);
  assert.deepEqual(sizes(1000, 300), [1000]);
  assert.deepEqual(sizes(2500, 300), [1000, 1000, 500]);
  assert.deepEqual(sizes(40, 256 * 1024), [16, 16, 8]);
  assert.deepEqual(sizes(2, 5 * 1024 * 1024), [1, 1]);
  const files = batchesOf(share(2500, 1)).flatMap(({ documents }) => documents.map(({ file }) => file));
  assert.deepEqual(files, [...files.keys()].map(String));
});

test("more than a call can hold is refused before anything is sent, and a deadline grows with the work", () => {
  checkSize([share(90, 256 * 1024)]);
  assert.throws(
    () => checkSize([share(100, 256 * 1024)]),
    (error) => isWeftError(error, "INVALID_ARGUMENT") && /several commands/.test(error.expected ?? ""),
  );
  assert.ok(deadlineMsFor(share(10_000, 1).documents) > 2 * deadlineMsFor(share(1, 1).documents));
});
