import assert from "node:assert/strict";
import { test } from "node:test";
import { maxFileNameBytes, maxSourceBytes } from "./limits.ts";
import { parseManifests } from "./parse.ts";
import { sizeFindings } from "./size.ts";

function findings(bytes: number, file: string) {
  const text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n# é";
  const padded = text + "x".repeat(bytes - Buffer.byteLength(text));
  const { resources, diagnostics } = parseManifests([{ file, text: padded }]);
  assert.deepEqual(diagnostics, []);
  return resources.flatMap(sizeFindings);
}

test("a text of the longest length is right, one byte more is a finding with its place", () => {
  assert.deepEqual(findings(maxSourceBytes, "a.yaml"), []);
  const [finding, ...more] = findings(maxSourceBytes + 1, "a.yaml");
  assert.deepEqual(more, []);
  assert.deepEqual([finding?.file, finding?.line], ["a.yaml", 1]);
  assert.match(finding?.message ?? "", /262145 bytes/);
  assert.match(finding?.expected ?? "", /at most 262144 bytes/);
});

test("a file's name is bounded too, as it is put on record beside the text", () => {
  assert.deepEqual(findings(100, "a".repeat(maxFileNameBytes)), []);
  const [finding] = findings(100, "a".repeat(maxFileNameBytes + 1));
  assert.match(finding?.message ?? "", /4097 bytes/);
  assert.ok((finding?.file.length ?? 0) < 200);
});
