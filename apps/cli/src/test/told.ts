// For tests: what OUTPUT.md tells of the JSON that commands print, held against what they print: both ways, field by field.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A told value: fields, a list, or whatever it is (undefined). `open`: "..." stands for more. */
type Shape =
  | { readonly fields: ReadonlyMap<string, Field>; readonly open: boolean }
  | { readonly of: Shape }
  | undefined;

interface Field {
  /** `name?`: it may be absent. */
  readonly optional: boolean;
  readonly shape: Shape;
}

/** A row of the page: a command, and what it prints. */
interface Row {
  readonly words: readonly string[];
  /** It prints JSON only when it is asked to. */
  readonly onDemand: boolean;
  readonly lines: boolean;
  readonly shapes: readonly Shape[];
  /** Shapes of the fields that are told once for all places of the row. */
  readonly parts: ReadonlyMap<string, Shape>;
}

/** Maps whose keys are not ours. */
const maps = new Set(["labels", "fromLabels", "toLabels", "attributes", "data", "counters"]);

const page = join(import.meta.dirname, "..", "..", "OUTPUT.md");

/** Rows of the page. */
export function readRows(text = readFileSync(page, "utf8")): Row[] {
  return text.split("\n").flatMap((line) => {
    const [, commands = "", told = ""] = /^\| (`[^|]*`) \| (.*) \|$/.exec(line) ?? [];
    const { shapes, parts } = readCell(told);
    return [...commands.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => ({
      words: command
        .split(" ")
        .filter((word, at, all) => !word.startsWith("-") && !all[at - 1]?.startsWith("-o")),
      onDemand: commands.includes("-o json"),
      lines: told.startsWith("one object a line"),
      shapes,
      parts,
    }));
  });
}

/** The shapes in a cell: `names`: `{...}` tells of fields, any other `{...}` or `[...]` what is printed, in one case or another. */
function readCell(cell: string): Pick<Row, "shapes" | "parts"> {
  const shapes: Shape[] = [];
  const parts = new Map<string, Shape>();
  for (const found of cell.matchAll(/((?:`\w+`(?:, )?)+): `([{[][^`]*)`|`([{[][^`]*)`/g)) {
    const [, names, part, whole] = found;
    if (whole !== undefined) shapes.push(readShape(whole));
    for (const [, name = ""] of names?.matchAll(/`(\w+)`/g) ?? []) parts.set(name, readShape(part ?? ""));
  }
  return { shapes, parts };
}

/** Reads `{revision, changes: [{kind, name?}], ...}`. Throws when it is none. */
export function readShape(text: string): Shape {
  const tokens = text.match(/\.\.\.|[{}[\],:?]|[^\s{}[\],:?]+/g) ?? [];
  let at = 0;
  const take = (token: string) => {
    if (tokens[at] !== token) throw new Error(`${text}: expected ${token} at token ${at + 1}, ${tokens[at]}`);
    at += 1;
  };
  const value = (): Shape => {
    if (tokens[at] === "{") return fields();
    if (tokens[at] === "[") {
      take("[");
      const of = value();
      take("]");
      return { of };
    }
    if (tokens[at] === "...") {
      take("...");
      return { fields: new Map(), open: true };
    }
    while (tokens[at] !== undefined && !/^[}\],]$/.test(tokens[at] ?? "")) at += 1;
    return undefined;
  };
  const fields = (): Shape => {
    const found = new Map<string, Field>();
    let open = false;
    for (take("{"); tokens[at] !== "}"; ) {
      const name = tokens[at] ?? "";
      at += 1;
      const optional = tokens[at] === "?";
      if (optional) take("?");
      const told = tokens[at] === ":";
      if (told) take(":");
      if (name === "...") open = true;
      else found.set(name, { optional, shape: told ? value() : undefined });
      if (tokens[at] !== "}") take(",");
    }
    take("}");
    return { fields: found, open };
  };
  const shape = value();
  if (at !== tokens.length) throw new Error(`${text}: nothing more was expected after token ${at}`);
  return shape;
}

/** What differs between what a command printed and what the page tells of it; nothing when it printed no JSON. */
export function untold(words: readonly string[], stdout: string, rows = readRows()): string[] {
  const plain = words.filter((word) => !word.startsWith("-"));
  const fitting = rows.filter((row) => row.words.every((word, at) => plain[at] === word));
  const longest = Math.max(...fitting.map((row) => row.words.length));
  const told = fitting.filter((row) => row.words.length === longest);
  const name = plain.slice(0, longest).join(" ");
  const parts = new Map(told.flatMap((row) => [...row.parts]));
  const asked = words.includes("json") && words[words.indexOf("json") - 1] === "-o";
  if (stdout.trim() === "" || words.includes("--help") || !told.some((row) => asked || !row.onDemand))
    return [];
  const texts = told.some(({ lines }) => lines) ? stdout.trim().split("\n") : [stdout];
  return texts.flatMap((text) => {
    const value: unknown = JSON.parse(text);
    const tries = told.flatMap(({ shapes }) => shapes.map((shape) => differences(value, shape, name, parts)));
    return tries.sort((a, b) => a.length - b.length)[0] ?? [`${name}: nothing is told of it`];
  });
}

function differences(value: unknown, shape: Shape, path: string, parts: Row["parts"]): string[] {
  if (Array.isArray(value)) {
    const of = shape !== undefined && "of" in shape ? shape.of : undefined;
    return value.flatMap((one) => differences(one, of, `${path}[]`, parts));
  }
  if (typeof value !== "object" || value === null) return [];
  if (shape === undefined || !("fields" in shape))
    return [`${path} has fields that are not told: ${Object.keys(value)}`];
  const missing = [...shape.fields].filter(([name, { optional }]) => !optional && !(name in value));
  const found = Object.entries(value).flatMap(([name, inner]) => {
    const field = shape.fields.get(name);
    if (field === undefined) return shape.open ? [] : [`${path}.${name} is printed and not told`];
    if (maps.has(name)) return [];
    return differences(inner, field.shape ?? parts.get(name), `${path}.${name}`, parts);
  });
  return [...missing.map(([name]) => `${path}.${name} is told and not printed`), ...found];
}
