import type * as z from "zod";
import type { Path } from "./diagnostic.ts";
import type { Place } from "./locate.ts";
import { unclearText } from "./unclear.ts";

/** A finding before it has a position. */
export interface Finding {
  readonly path: Path;
  readonly place: Place;
  readonly message: string;
  readonly expected: string;
}

type Issue = z.core.$ZodIssue;

/** One issue of zod in the words of a person who wrote a manifest; paths are from the root of `root`. */
export function findingsOf(issue: Issue, root: unknown, base: Path = []): Finding[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  const value = valueAt(root, path);
  const one = (message: string, expected: string, place: Place = "value"): Finding[] => [
    { path, place, message, expected: expectedOf(value, expected) },
  ];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        place: "key",
        message: unclearText(key) === undefined ? "unknown field" : `the key ${describe(key)}`,
        expected: expectedOf(key, ""),
      }));
    case "invalid_type": {
      const type = typeName(issue.expected);
      const quotable = ["number", "boolean"].includes(typeof value) || value instanceof Uint8Array;
      const quotes = issue.expected === "string" && quotable;
      return one(describe(value), quotes ? `${type}: quote it` : type, value === undefined ? "key" : "value");
    }
    case "invalid_value":
      return one(describe(value), issue.values.map((one) => JSON.stringify(one)).join(" or "));
    case "too_big":
      return one(describe(value), `at most ${issue.maximum}${unit(issue.origin)}`);
    case "too_small":
      return one(describe(value), `at least ${issue.minimum}${unit(issue.origin)}`);
    case "invalid_key":
      return issue.issues
        .flatMap((inner) => findingsOf(inner, path.at(-1), []))
        .map((f) => keyFinding(f, path));
    case "invalid_union":
      return unionFindings(issue, root, path);
    case "custom":
      return one(issue.message, typeof issue.params?.expected === "string" ? issue.params.expected : "");
    default:
      return one(value === undefined ? issue.message : describe(value), formatExpected(issue));
  }
}

function keyFinding(finding: Finding, path: Path): Finding {
  const key = path.at(-1);
  const message = unclearText(key) === undefined ? finding.message : describe(key);
  return { ...finding, path, place: "key", message: `the key ${message}` };
}

// A union is explained by the alternative that came closest: the one whose own type fits. When none fits, by the list
// of what could stand there.
function unionFindings(issue: Issue & { code: "invalid_union" }, root: unknown, path: Path): Finding[] {
  const value = valueAt(root, path);
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
  if (issue.errors.length === 0) {
    const expected = options.map((option) => JSON.stringify(option)).join(" or ");
    return [{ path, place: "value", message: describe(value), expected }];
  }
  const alternatives = issue.errors.map((issues) => issues.flatMap((inner) => findingsOf(inner, root, path)));
  const close = alternatives.filter((_, index) => {
    return !issue.errors[index]?.some((inner) => inner.path.length === 0 && inner.code === "invalid_type");
  });
  const best = close.toSorted((a, b) => a.length - b.length)[0];
  if (best !== undefined) return best;
  const expectations = new Set(alternatives.flat().map((finding) => finding.expected));
  const expected = expectedOf(value, [...expectations].join(" or "));
  return [{ path, place: value === undefined ? "key" : "value", message: describe(value), expected }];
}

function formatExpected(issue: Issue): string {
  return issue.code === "invalid_format" && "pattern" in issue
    ? `a match of ${issue.pattern}`
    : issue.message;
}

function unit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " items" : "";
}

const typeNames: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a text",
};

function typeName(type: string): string {
  return typeNames[type] ?? type;
}

/** What is not clear is mended by quotes; else by what was expected. */
function expectedOf(value: unknown, expected: string): string {
  const text = unclearText(value);
  return text === undefined ? expected : JSON.stringify(text);
}

/** What stands in the manifest, in words: `"x" is a text`, `is missing`. */
export function describe(value: unknown): string {
  const unclear = unclearText(value);
  if (unclear !== undefined) return `is ${unclear}, which YAML 1.1 and YAML 1.2 read differently: quote it`;
  if (value === undefined) return "is missing";
  if (value === null) return "is empty";
  if (Array.isArray(value)) return `is a list of ${value.length}`;
  if (value instanceof Uint8Array) return "is bytes (!!binary)";
  if (typeof value === "number" && !Number.isFinite(value))
    return `is ${noJson(value)}, which JSON does not have`;
  if (typeof value === "object") return "is an object";
  const text = JSON.stringify(value) ?? String(value);
  return `is ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`;
}

/** A number as YAML writes it that JSON cannot. */
function noJson(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  return value > 0 ? ".inf" : "-.inf";
}

/** The value at a path of plain JSON; undefined if there is none. */
function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
