import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { Path } from "./diagnostic.ts";
import { maxAliasesInAll, maxDepth, maxFindings } from "./limits.ts";
import { keyText } from "./locate.ts";

/** What is wrong with the shape of a document, and the offset where. */
interface Flaw {
  readonly offset: number;
  /** Of the field; unset: it is a matter of the document. */
  readonly path?: Path;
  readonly message: string;
  readonly expected: string;
}

/**
 * What would make a document more than a finite tree of fields that each stand there once: keys given twice, unknown or
 * circular aliases, too many of them, too deep nesting. Takes time in proportion to the document.
 */
export function findFlaws(document: Document): Flaw[] {
  const walk = new Walk();
  walk.into(document.contents, [], []);
  return walk.flaws;
}

class Walk {
  readonly flaws: Flaw[] = [];
  readonly #anchors = new Map<string, Node>();
  #aliases = 0;

  into(node: unknown, around: readonly Node[], path: Path): void {
    if (!isNode(node) || this.flaws.length >= maxFindings) return;
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node)) this.#alias(node.source, offset, around, path);
    else if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    const tag = foreignTag(node);
    if (tag !== undefined) {
      const expected = "the value without a tag: a text in quotes";
      this.flaws.push({ offset, path, message: `has the tag ${tag}`, expected });
    }
    if (!isCollection(node)) return;
    if (around.length >= maxDepth) {
      const expected = `at most ${maxDepth} levels`;
      this.flaws.push({ offset, message: "is nested too deeply", expected });
      return;
    }
    const inside = [...around, node];
    if (isMap(node)) this.#map(node, inside, path);
    else for (const [index, item] of node.items.entries()) this.into(item, inside, [...path, index]);
  }

  #map({ items }: YAMLMap, inside: readonly Node[], path: Path): void {
    const keys = new Set<string>();
    for (const item of items) {
      if (!isPair(item) || !this.#key(item, keys, path)) continue;
      const name = keyText(item) ?? "";
      if (name === "<<") this.#merge(item, path);
      this.into(item.value, inside, [...path, name]);
    }
  }

  /** What is taken over by a merge key has to have fields. */
  #merge({ key, value }: Pair, path: Path): void {
    const resolved = this.#resolve(value);
    const sources = isSeq(resolved) ? resolved.items.map((item) => this.#resolve(item)) : [resolved];
    // An alias of nothing is told as that.
    if (sources.every((source) => source === undefined || isMap(source))) return;
    const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
    const expected = "an alias of an object (*name), or a list of such";
    this.flaws.push({ offset, path: [...path, "<<"], message: "takes over what has no fields", expected });
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? this.#anchors.get(node.source) : node;
  }

  #key(pair: Pair, keys: Set<string>, path: Path): boolean {
    const { key } = pair;
    if (!isNode(key)) return true;
    const offset = key.range?.[0] ?? 0;
    if (!isScalar(key)) {
      // A parser would make a text of it, with a warning to whoever started it.
      const message = isAlias(key) ? `*${key.source} as a key` : "a key that is no text";
      this.flaws.push({ offset, message, expected: "a text as the key" });
      return false;
    }
    const name = keyText(pair) ?? "";
    if (name !== "<<" && keys.has(name)) {
      this.flaws.push({
        offset,
        path: [...path, name],
        message: "appears twice",
        expected: "each field once",
      });
    }
    keys.add(name);
    return true;
  }

  #alias(name: string, offset: number, around: readonly Node[], path: Path): void {
    const target = this.#anchors.get(name);
    this.#aliases += 1;
    if (target === undefined) {
      this.flaws.push({
        offset,
        path,
        message: `*${name} is unknown`,
        expected: `&${name} above, or quotes`,
      });
    } else if (around.includes(target)) {
      const expected = "an anchor that has ended";
      this.flaws.push({ offset, path, message: `*${name} contains itself`, expected });
    } else if (this.#aliases === maxAliasesInAll + 1) {
      const expected = `at most ${maxAliasesInAll}`;
      this.flaws.push({ offset, path, message: "is one alias too many", expected });
    }
  }
}

const core = "tag:yaml.org,2002:";
/** What a value of each tag is that JSON has; bytes are a text like any other to whoever does not look at them. */
const scalarTypes: Readonly<Record<string, string>> = {
  str: "string",
  int: "number",
  float: "number",
  bool: "boolean",
  null: "object",
};

/** The tag of a node as it was written, unless its value is of a kind that JSON has, and reads as that. */
function foreignTag(node: Node): string | undefined {
  const { tag } = node;
  if (isAlias(node) || tag === undefined) return undefined;
  const name = tag.startsWith(core) ? tag.slice(core.length) : "";
  if (name === "binary" || (isMap(node) && name === "map") || (isSeq(node) && name === "seq"))
    return undefined;
  if (isScalar(node) && name in scalarTypes && typeof node.value === scalarTypes[name]) return undefined;
  return name === "" ? tag : `!!${name}`;
}
