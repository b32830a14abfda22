import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { Path } from "./diagnostic.ts";

/** Which end of a field to point at. */
export type Place = "key" | "value";

/**
 * Offset in the text of what is at a path. "value" points at the value (at its key when there is no value text), "key"
 * at its key. A path that is not there gives the key of the nearest field around it.
 */
export function offsetOf(
  document: Document,
  path: Path,
  place: Place,
  root: Node | null = document.contents,
): number {
  let node: Node | null = resolve(document, root);
  let key = startOf(root);
  let offset = key;
  for (const step of path) {
    const found = child(document, node, step);
    if (found === undefined) return key;
    key = found.key;
    node = resolve(document, found.value);
    offset = found.value === null || isEmptyScalar(found.value) ? key : startOf(found.value);
  }
  return place === "key" ? key : offset;
}

interface Found {
  readonly key: number;
  readonly value: Node | null;
}

function child(document: Document, node: Node | null, step: string | number): Found | undefined {
  if (isSeq(node) && typeof step === "number") {
    const item = node.items[step];
    return isNode(item) ? { key: startOf(item), value: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => keyText(item) === String(step));
  if (pair !== undefined) {
    return { key: isNode(pair.key) ? startOf(pair.key) : 0, value: isNode(pair.value) ? pair.value : null };
  }
  return merged(document, node, step);
}

// The fields that a map takes over by "<<: *other" or "<<: [*one, *two]".
function merged(document: Document, node: YAMLMap, step: string | number): Found | undefined {
  for (const pair of node.items) {
    if (keyText(pair) !== "<<" || !isNode(pair.value)) continue;
    const source = resolve(document, pair.value);
    for (const item of isSeq(source) ? source.items : [source]) {
      const found = isNode(item) ? child(document, resolve(document, item), step) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The name of a field as the value of the document has it; undefined: its key is no scalar. */
export function keyText({ key }: Pair): string | undefined {
  if (!isScalar(key)) return undefined;
  // The parser gives a merge key the symbol "<<" as its value.
  const merges = typeof key.value === "symbol" && key.value.description === "<<";
  return merges ? "<<" : String(key.value);
}

function resolve(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1];
}
