// For tests: one text as a file of manifests.
import assert from "node:assert/strict";
import { formatDiagnostic, parseManifests } from "./index.ts";

/** What a manifest begins with. */
export const head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n";

/** Reads a text that stands in f.yaml. */
export function parse(text: string, line?: number) {
  return parseManifests([{ file: "f.yaml", text, ...(line === undefined ? {} : { line }) }]);
}

/** What is said of a text that is refused. */
export function findings(text: string): string[] {
  const { resources, diagnostics } = parse(text);
  assert.deepEqual(resources, []);
  return diagnostics.map(formatDiagnostic);
}
