// Reads the few forms in which nearly every manifest is written, some ten times faster than a parser of all of YAML can.
// Whatever is anything else is left to that parser: a value from here is the one that it would give.
import { isUnclear } from "./unclear.ts";

/** One line that says something. */
interface Line {
  readonly indent: number;
  readonly text: string;
}

/** Thrown when a document has to be read by the parser. */
const notPlain = new Error("not plainly written");

const maxIndent = 48;
/** Texts that a parser would take for something else, or that two of them read differently. */
const words = /^(?:true|false|null|~|y|n|yes|no|on|off|\.inf|\.nan)$/i;
const key = /^(?:([A-Za-z_][A-Za-z0-9_./-]*)|"([A-Za-z0-9_./-]+)"):(?: +|$)/;
const plainScalar = /^[A-Za-z_/][A-Za-z0-9_./=@+()-]*(?: [A-Za-z0-9_./=@+()-]+)*$/;
const prefixScalar = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}\/[0-9]{1,2}$/;
const wholeNumber = /^(?:0|[1-9][0-9]{0,8})$/;
const quoted = /^(?:"([ !#-[\]-~]*)"|'([ -&(-~]*)')$/;

/** The value of a document that is plainly written; undefined: it is to be read by the parser. */
export function readPlain(text: string): { readonly value: unknown } | undefined {
  // Tabs, carriage returns, byte order marks, what is not ASCII: none of it is plain.
  if (!/^[\n -~]*$/.test(text)) return undefined;
  try {
    const lines = linesOf(text);
    if (lines.length === 0) return { value: null };
    const reader = new Reader(lines);
    const value = reader.block(0);
    return reader.done ? { value } : undefined;
  } catch (thrown) {
    if (thrown === notPlain) return undefined;
    throw thrown;
  }
}

function linesOf(text: string): Line[] {
  const lines = text.split("\n");
  if (/^---(?: +#.*| *)$/.test(lines[0] ?? "")) lines.shift();
  return lines.flatMap((line): Line[] => {
    const content = line.trim();
    if (content === "" || content.startsWith("#")) return [];
    const indent = line.length - line.trimStart().length;
    if (indent > maxIndent || (indent === 0 && /^(?:---|\.\.\.|%)/.test(content))) throw notPlain;
    return [{ indent, text: content.replace(/ +#.*$/, (comment) => (/["']/.test(content) ? comment : "")) }];
  });
}

class Reader {
  readonly #lines: Line[];
  #at = 0;

  constructor(lines: Line[]) {
    this.#lines = lines;
  }

  get done(): boolean {
    return this.#at === this.#lines.length;
  }

  /** The map or list that begins at the line that is next. */
  block(indent: number): unknown {
    const line = this.#lines[this.#at];
    if (line?.indent !== indent) throw notPlain;
    return line.text.startsWith("- ") ? this.#list(indent) : this.#map(indent);
  }

  #list(indent: number): unknown[] {
    const items: unknown[] = [];
    for (let line = this.#lines[this.#at]; line?.indent === indent; line = this.#lines[this.#at]) {
      if (!line.text.startsWith("- ")) break;
      const text = line.text.slice(2).trimStart();
      if (text.startsWith("- ")) throw notPlain;
      const inner = indent + line.text.length - text.length;
      if (key.test(text)) {
        this.#lines[this.#at] = { indent: inner, text };
        items.push(this.#map(inner));
      } else {
        this.#at += 1;
        items.push(scalar(text));
      }
      this.#notDeeper(indent);
    }
    return items;
  }

  #map(indent: number): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (let line = this.#lines[this.#at]; line?.indent === indent; line = this.#lines[this.#at]) {
      if (line.text.startsWith("- ")) break;
      const match = key.exec(line.text);
      const name = match?.[1] ?? match?.[2];
      const bare = match?.[1] !== undefined;
      if (match === null || name === undefined || Object.hasOwn(found, name)) throw notPlain;
      if (name === "__proto__" || (bare && (words.test(name) || isUnclear(name)))) throw notPlain;
      const rest = line.text.slice(match[0].length);
      this.#at += 1;
      found[name] = rest === "" ? this.#below(indent) : scalar(rest);
      this.#notDeeper(indent);
    }
    return found;
  }

  /** What stands below a key: deeper, or a list as deep as the key; or nothing. */
  #below(indent: number): unknown {
    const next = this.#lines[this.#at];
    if (next === undefined || next.indent < indent) return null;
    if (next.indent === indent) return next.text.startsWith("- ") ? this.#list(indent) : null;
    return this.block(next.indent);
  }

  #notDeeper(indent: number): void {
    const next = this.#lines[this.#at];
    if (next !== undefined && next.indent > indent) throw notPlain;
  }
}

function scalar(text: string): unknown {
  if (text === "{}") return {};
  if (text === "[]") return [];
  const flow = /^\[([^[\]{}"',]*(?:, [^[\]{}"',]*)*)\]$/.exec(text)?.[1];
  if (flow !== undefined) return flow.split(", ").map((item) => simple(item.trim()));
  const map = /^\{ ?([^[\]{}"']*?) ?\}$/.exec(text)?.[1];
  if (map !== undefined) return flowMap(map);
  const quote = quoted.exec(text);
  return quote === null ? simple(text) : (quote[1] ?? quote[2]);
}

function flowMap(inside: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const pair of inside.split(", ")) {
    const [, name = "", text = ""] = /^([A-Za-z_][A-Za-z0-9_./-]*): ([^:]+)$/.exec(pair) ?? [];
    if (name === "" || name === "__proto__" || Object.hasOwn(found, name)) throw notPlain;
    if (words.test(name) || isUnclear(name)) throw notPlain;
    found[name] = simple(text);
  }
  return found;
}

function simple(text: string): unknown {
  if (wholeNumber.test(text)) return Number(text);
  if (text === "true") return true;
  if (text === "false") return false;
  if ((plainScalar.test(text) && !words.test(text)) || prefixScalar.test(text)) return text;
  throw notPlain;
}
