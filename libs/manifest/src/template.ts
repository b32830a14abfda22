import type { Diagnostic, Position } from "./diagnostic.ts";

const message = "this is a template that was not rendered";
const expected = "manifests as they are applied, such as `helm template` prints";

/** Where actions of a Go template stand in a text as values or lines: `{{ .Values.name }}`, `{{- if ... }}`. */
export function actionsIn(text: string): number[] {
  return [...text.matchAll(/(?<=^[ \t]*|[:-][ \t]+)\{\{/gm)].map(({ index }) => index);
}

/** The finding about a text whose template was not rendered; the place is where its first action stands. */
export function templateAt(file: string, place: Position): Diagnostic {
  return { file, ...place, field: "", message, expected };
}

/** The finding about an object in whose name there is an action. */
export function templateFinding(
  { source, file, line }: { readonly source: string; readonly file: string; readonly line: number },
  value: string,
): Diagnostic {
  const offset = Math.max(0, source.indexOf(value.slice(value.indexOf("{{"))));
  const before = source.slice(0, offset).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  return templateAt(file, { line: line + before.length - 1, column });
}
