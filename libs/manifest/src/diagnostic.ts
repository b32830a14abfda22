import { unclearText } from "./unclear.ts";

/** Where in a text: the first line and the first column are 1, columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Keys and indices from the root of a document to a value. */
export type Path = readonly (string | number)[];

/** One finding about a text; the same shape as weft.v1.Diagnostic. */
export interface Diagnostic {
  file: string;
  /** 0: unknown. */
  line: number;
  column: number;
  /** Path of the field as {@link formatPath} writes it; empty: the whole document. */
  field: string;
  message: string;
  /** What would have been right; empty: the message says it. */
  expected: string;
}

/** A path as people write it: `spec.ingress[0].ports[1].port`, `metadata.labels["example.org/app"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const given of path) {
    const step = unclearText(given) ?? given;
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** One line for people: `file:line:column: field: message (expected ...)`; what is unknown is left out. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, field, message, expected } = diagnostic;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  const what = field === "" ? message : `${field}: ${message}`;
  return `${place}: ${what}${expected === "" ? "" : ` (expected ${expected})`}`;
}
