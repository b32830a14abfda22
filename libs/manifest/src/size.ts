import { diagnosticAt } from "./check.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { maxFileNameBytes, maxSourceBytes } from "./limits.ts";
import type { Resource } from "./resource.ts";

/** What is too long of a resource that is to be put on record, where its text and its file's name share one message. */
export function sizeFindings(resource: Pick<Resource, "source" | "file" | "locate">): Diagnostic[] {
  const source = Buffer.byteLength(resource.source);
  const name = Buffer.byteLength(resource.file);
  const findings: Diagnostic[] = [];
  if (source > maxSourceBytes) {
    findings.push(diagnosticAt(resource, [], `has ${source} bytes`, `at most ${maxSourceBytes} bytes`));
  }
  if (name > maxFileNameBytes) {
    const message = `the name of the file has ${name} bytes`;
    // Whoever reads the finding does not need all of it.
    const file = `${resource.file.slice(0, 100)}...`;
    findings.push({ ...diagnosticAt(resource, [], message, `at most ${maxFileNameBytes} bytes`), file });
  }
  return findings;
}
