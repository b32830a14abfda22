import { type Document, isAlias, isMap, isSeq, type Node, visit } from "yaml";
import { diagnosticAt } from "./check.ts";
import { type Diagnostic, formatPath } from "./diagnostic.ts";
import { identify } from "./identify.ts";
import { describe } from "./issues.ts";
import { maxAliases, maxDepth, maxFindings, maxResources, maxTextLength } from "./limits.ts";
import { offsetOf, pathOfKey } from "./locate.ts";
import type { Resource } from "./resource.ts";
import { type SourceText, splitText, type TextDocument } from "./text.ts";

/** Resources in the order of the texts, and everything that is wrong; either may be empty. */
export interface Manifests {
  readonly resources: Resource[];
  readonly diagnostics: Diagnostic[];
}

/**
 * Reads YAML or JSON texts, many documents each, into resources. Lists (`kind: List`) are taken apart, empty documents
 * are skipped. A document with a finding gives no resource. Never throws on bad input.
 */
export function parseManifests(texts: readonly SourceText[]): Manifests {
  const all: Manifests = { resources: [], diagnostics: [] };
  for (const text of texts) {
    parseText(text, all);
    if (all.resources.length <= maxResources) continue;
    all.resources.length = 0;
    const message = `more than ${maxResources} resources in one request`;
    all.diagnostics.push(whole(text.file, message, `at most ${maxResources}`));
    break;
  }
  return all;
}

function parseText(text: SourceText, all: Manifests): void {
  const { length } = text.text;
  if (length > maxTextLength) {
    all.diagnostics.push(whole(text.file, `the text has ${length} characters`, `at most ${maxTextLength}`));
    return;
  }
  if (depthOf(text.text) > maxDepth) {
    all.diagnostics.push(whole(text.file, "is nested too deeply", `at most ${maxDepth} levels`));
    return;
  }
  for (const document of splitText(text)) {
    const found = parseDocument(text.file, document);
    all.resources.push(...found.resources);
    all.diagnostics.push(...found.diagnostics.slice(0, maxFindings));
  }
}

// Brackets are the only way to nest deeply in few characters, and the parser is slow on them: looked at beforehand.
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function parseDocument(file: string, document: TextDocument): Manifests {
  const { yaml } = document;
  const problems = [...yaml.errors, ...yaml.warnings].map((problem): Diagnostic => {
    const duplicate = problem.code === "DUPLICATE_KEY" ? pathOfKey(yaml.contents, problem.pos[0]) : undefined;
    return {
      file,
      ...document.positionOf(problem.pos[0]),
      field: duplicate === undefined ? "" : formatPath(duplicate),
      message: duplicate === undefined ? problem.message : "appears twice",
      expected: duplicate === undefined ? "" : "each field once",
    };
  });
  if (problems.length > 0) return { resources: [], diagnostics: problems };
  let value: unknown;
  try {
    value = yaml.toJS({ maxAliasCount: maxAliases });
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { resources: [], diagnostics: [at(file, document, 0, message, `at most ${maxAliases} aliases`)] };
  }
  if (value === null || value === undefined) return { resources: [], diagnostics: [] };
  return expand(resourceOf(file, document, yaml.contents, value), yaml, document, 0);
}

/** The item under test with its node: what identify() completes to a resource. */
interface Item {
  readonly partial: Pick<Resource, "value" | "source" | "file" | "line" | "locate">;
  readonly node: Node | null;
}

function resourceOf(file: string, document: TextDocument, node: Node | null, value: unknown): Item {
  const { yaml, source, line } = document;
  const locate: Resource["locate"] = (path, place = "value") =>
    document.positionOf(offsetOf(yaml, path, place, node));
  return { partial: { value, source, file, line, locate }, node };
}

function expand(item: Item, yaml: Document, document: TextDocument, depth: number): Manifests {
  const { value } = item.partial;
  if (!isList(value)) return identify(item.partial);
  if (depth > 3) return failure(item, "is a list in a list in a list", "a list of resources");
  if (!Array.isArray(value.items))
    return failure(item, `items ${describe(value.items)}`, "a list of resources");
  const list = isMap(item.node) ? item.node.get("items", true) : undefined;
  const nodes = isAlias(list) ? list.resolve(yaml) : list;
  const found: Manifests = { resources: [], diagnostics: [] };
  for (const [index, one] of value.items.entries()) {
    const raw = isSeq(nodes) ? nodes.items[index] : undefined;
    const inner = itemOf(item.partial.file, document, raw as Node | undefined, one);
    const { resources, diagnostics } = expand(inner, yaml, document, depth + 1);
    found.resources.push(...resources);
    found.diagnostics.push(...diagnostics);
  }
  return found;
}

// An item of a list is given the text of its own: the item with as many spaces before it as it is indented, which is
// again YAML with the same positions. One that borrows from elsewhere by an alias is written out instead.
function itemOf(file: string, document: TextDocument, node: Node | undefined, value: unknown): Item {
  const whole = resourceOf(file, document, node ?? null, value);
  const range = node?.range;
  if (node === undefined || range === undefined || range === null || usesAlias(node)) {
    return { ...whole, partial: { ...whole.partial, source: JSON.stringify(value, null, 2) } };
  }
  const { line, column } = document.positionOf(range[0]);
  const source = " ".repeat(column - 1) + document.slice(range[0], range[1]).trimEnd();
  return { ...whole, partial: { ...whole.partial, source, line } };
}

function usesAlias(node: Node): boolean {
  let found = false;
  visit(node, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found || isAlias(node);
}

function isList(value: unknown): value is { items?: unknown } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "List";
}

function failure(item: Item, message: string, expected: string): Manifests {
  const resource: Resource = {
    ...item.partial,
    apiVersion: "",
    kind: "",
    namespace: "",
    name: "",
    labels: {},
  };
  return { resources: [], diagnostics: [diagnosticAt(resource, [], message, expected)] };
}

function at(
  file: string,
  document: TextDocument,
  offset: number,
  message: string,
  expected: string,
): Diagnostic {
  const start = document.yaml.contents?.range?.[0] ?? offset;
  return { file, ...document.positionOf(start), field: "", message, expected };
}

function whole(file: string, message: string, expected: string): Diagnostic {
  return { file, line: 0, column: 0, field: "", message, expected };
}
