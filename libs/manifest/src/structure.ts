import { type Document, isAlias, isCollection, isNode, isPair, isScalar, type Node } from "yaml";
import { maxDepth } from "./limits.ts";

/** What is wrong with the shape of a document, and the offset where. */
export interface Flaw {
  readonly offset: number;
  readonly message: string;
  readonly expected: string;
}

/** The first flaw that would make a document more than a finite tree: unknown or circular aliases, too deep nesting. */
export function findFlaw(document: Document): Flaw | undefined {
  return walk(document.contents, document, []);
}

function walk(node: unknown, document: Document, around: readonly Node[]): Flaw | undefined {
  if (isPair(node)) return keyFlaw(node.key) ?? walk(node.value, document, around);
  if (!isNode(node)) return undefined;
  const offset = node.range?.[0] ?? 0;
  if (isAlias(node)) {
    const target = node.resolve(document);
    if (target === undefined)
      return { offset, message: `*${node.source} is unknown`, expected: "an anchor above" };
    if (around.includes(target)) {
      return { offset, message: `*${node.source} contains itself`, expected: "an anchor that has ended" };
    }
    return undefined;
  }
  if (!isCollection(node)) return undefined;
  if (around.length >= maxDepth) {
    return { offset, message: "is nested too deeply", expected: `at most ${maxDepth} levels` };
  }
  const inside = [...around, node];
  for (const item of node.items) {
    const flaw = walk(item, document, inside);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

// A parser would make a text of such a key, with a warning to whoever started it.
function keyFlaw(key: unknown): Flaw | undefined {
  if (isScalar(key) || !isNode(key)) return undefined;
  const message = isAlias(key) ? `*${key.source} as a key` : "a key that is no text";
  return { offset: key.range?.[0] ?? 0, message, expected: "a text as the key" };
}
