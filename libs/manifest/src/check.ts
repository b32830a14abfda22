import type * as z from "zod";
import { type Diagnostic, formatPath, type Path } from "./diagnostic.ts";
import { findingsOf } from "./issues.ts";
import { maxFindings } from "./limits.ts";
import type { Place } from "./locate.ts";
import type { Resource } from "./resource.ts";

/** A checked resource: typed, or what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnostics: Diagnostic[] };

/**
 * Checks a whole resource against a schema. Use z.strictObject, so that a field nobody knows is refused at its own
 * position. A refinement may say what it wants by `params: { expected: "..." }`.
 */
export function checkResource<T>(resource: Resource, schema: z.ZodType<T>): Checked<T> {
  const result = schema.safeParse(resource.value);
  if (result.success) return { ok: true, value: result.data };
  const findings = result.error.issues.flatMap((issue) => findingsOf(issue, resource.value));
  const diagnostics = findings
    .slice(0, maxFindings)
    .map(({ path, place, message, expected }) => diagnosticAt(resource, path, message, expected, place));
  return { ok: false, diagnostics: diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** A finding about one field of a resource, with its position. */
export function diagnosticAt(
  resource: Resource,
  path: Path,
  message: string,
  expected = "",
  place: Place = "value",
): Diagnostic {
  return { file: resource.file, ...resource.locate(path, place), field: formatPath(path), message, expected };
}
