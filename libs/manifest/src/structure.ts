import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
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
    if (isAlias(node)) this.#alias(node.source, offset, around);
    else if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (!isCollection(node)) return;
    if (around.length >= maxDepth) {
      this.flaws.push({ offset, message: "is nested too deeply", expected: `at most ${maxDepth} levels` });
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
      this.into(item.value, inside, [...path, keyText(item) ?? ""]);
    }
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

  #alias(name: string, offset: number, around: readonly Node[]): void {
    const target = this.#anchors.get(name);
    this.#aliases += 1;
    if (target === undefined) {
      this.flaws.push({ offset, message: `*${name} is unknown`, expected: "an anchor above" });
    } else if (around.includes(target)) {
      const expected = "an anchor that has ended";
      this.flaws.push({ offset, message: `*${name} contains itself`, expected });
    } else if (this.#aliases === maxAliasesInAll + 1) {
      this.flaws.push({ offset, message: "is one alias too many", expected: `at most ${maxAliasesInAll}` });
    }
  }
}
