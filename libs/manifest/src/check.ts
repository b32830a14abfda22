import type * as z from "zod";
import { type Diagnostic, formatPath, type Path, type Position } from "./diagnostic.ts";
import { type Finding, findingsOf } from "./issues.ts";
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
export function checkResource<T>(
  resource: Pick<Resource, "value" | "file" | "locate">,
  schema: z.ZodType<T>,
): Checked<T> {
  const result = schema.safeParse(resource.value);
  if (result.success) return { ok: true, value: result.data };
  const findings = result.error.issues.flatMap((issue) => findingsOf(issue, resource.value));
  const placed = findings.map((finding) => ({ finding, ...resource.locate(finding.path, finding.place) }));
  const diagnostics = placed
    // A field nobody knows often makes the object around it wrong, too: only the field is worth saying.
    .filter((outer) => !placed.some((inner) => explains(inner, outer)))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ finding: { path, message, expected }, line, column }) => {
      return { file: resource.file, line, column, field: formatPath(path), message, expected };
    });
  return { ok: false, diagnostics: diagnostics.slice(0, maxFindings) };
}

type Placed = Position & { readonly finding: Finding };

function explains(inner: Placed, outer: Placed): boolean {
  if (inner.line !== outer.line || inner.column !== outer.column) return false;
  const path = outer.finding.path;
  return inner.finding.path.length > path.length && path.every((step, n) => inner.finding.path[n] === step);
}

/** A finding about one field of a resource, with its position. */
export function diagnosticAt(
  resource: Pick<Resource, "file" | "locate">,
  path: Path,
  message: string,
  expected = "",
  place: Place = "value",
): Diagnostic {
  return { file: resource.file, ...resource.locate(path, place), field: formatPath(path), message, expected };
}
