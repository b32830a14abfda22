import type { ScalarTag } from "yaml";

// Plain scalars that YAML 1.1, which kubectl reads, and YAML 1.2 take for different things: words for true and false,
// octal, binary and sexagesimal numbers, numbers with underscores, dates.
const forms =
  /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|[-+]?0[0-9_]+|[-+]?0o[0-7]+|[-+]?0b[01_]+|[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?|[-+]?0x[0-9a-fA-F]*_[0-9a-fA-F_]*|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d{2}-\d{2}|\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::\d{2})?))?)$/;

/** Whether two versions of YAML read a plain scalar differently. */
export function isUnclear(text: string): boolean {
  return forms.test(text);
}

/**
 * Makes a scalar that two versions of YAML read differently a symbol: no schema takes one where a text or a number is
 * wanted, and where nobody looks it does no harm.
 */
export const unclearTag: ScalarTag = {
  tag: "tag:weft.dev,2026:unclear",
  default: true,
  test: forms,
  resolve: (text) => Symbol.for(text),
};

/** How a field's name is that was written as such a scalar: a parser of YAML makes texts of keys. */
const keyForm = /^Symbol\((.*)\)$/s;

/** The scalar as it was written, if a value or a key is one that is not clear. */
export function unclearText(value: unknown): string | undefined {
  if (typeof value === "symbol") return value.description ?? "";
  const [, text] = (typeof value === "string" && keyForm.exec(value)) || [];
  return text !== undefined && isUnclear(text) ? text : undefined;
}

/** A value as JSON that is read as YAML with the same scalars not clear. */
export function writeUnclear(value: unknown, space?: number): string {
  const plain = (_: string, inner: unknown): unknown => (typeof inner === "symbol" ? String(inner) : inner);
  const text = JSON.stringify(value, plain, space) ?? "";
  return text.replace(/"Symbol\(([^"()]*)\)"/g, (whole, inner: string) => (isUnclear(inner) ? inner : whole));
}
