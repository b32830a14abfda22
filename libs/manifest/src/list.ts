import { isAlias, isMap, isSeq, type Node, visit } from "yaml";
import { diagnosticAt } from "./check.ts";
import type { Diagnostic, Path } from "./diagnostic.ts";
import { type Item, identify, type Manifests } from "./identify.ts";
import { describe } from "./issues.ts";
import { offsetOf } from "./locate.ts";
import { type SourceText, splitText, type TextDocument } from "./text.ts";
import { writeUnclear } from "./unclear.ts";

const maxIndent = 100;

/** Where a document stands. */
interface DocumentPlace {
  /** The text it is in, and the how manyeth there it is, from 0. */
  readonly chunk: SourceText;
  readonly index: number;
  readonly source: string;
  readonly line: number;
  /** As the parser read it; unset: it did not have to. */
  readonly document?: TextDocument;
}

/** The resources in one document: one, or those of a list, or none and why. */
export function resourcesOf(place: DocumentPlace, value: unknown): Manifests {
  const { source, line, document } = place;
  const item = { ...placed(place, []), value, source, line };
  return expand(item, [], document?.yaml.contents ?? null, place, 0);
}

function placed({ chunk, index }: DocumentPlace, prefix: Path): Pick<Item, "file" | "locate"> {
  return {
    file: chunk.file,
    locate: (path, place = "value") => {
      const document = documentsIn(chunk)[index];
      if (document === undefined) return { line: chunk.line ?? 1, column: 1 };
      return document.positionOf(offsetOf(document.yaml, [...prefix, ...path], place));
    },
  };
}

let parsed: { readonly chunk: SourceText; readonly documents: readonly TextDocument[] } | undefined;

/**
 * Positions are asked for only when something is wrong, and then of one document several times. So a tree of nodes is not kept
 * for every resource, but made again, and the last one is remembered.
 */
function documentsIn(chunk: SourceText): readonly TextDocument[] {
  if (parsed?.chunk !== chunk) parsed = { chunk, documents: splitText(chunk) };
  return parsed.documents;
}

function expand(item: Item, prefix: Path, node: Node | null, place: DocumentPlace, depth: number): Manifests {
  const { value } = item;
  if (!isList(value)) return identify(item);
  if (depth > 2) return failure(diagnosticAt(item, [], "is a list in a list in a list", "resources"));
  // The list of nothing that an API server gives out; without the field it is a slip of the pen.
  const items = value.items === null ? [] : value.items;
  if (!Array.isArray(items)) {
    return failure(diagnosticAt(item, ["items"], describe(items), "a list of resources"));
  }
  const nodes = itemNodes(node, place.document);
  const found: Manifests = { resources: [], diagnostics: [] };
  for (const [index, one] of items.entries()) {
    const inner = nodes[index] ?? null;
    const path = [...prefix, "items", index];
    const { resources, diagnostics } = expand(
      itemOf(place, path, inner, kinded(one, value)),
      path,
      inner,
      place,
      depth + 1,
    );
    for (const resource of resources) found.resources.push(resource);
    for (const diagnostic of diagnostics) found.diagnostics.push(diagnostic);
  }
  return found;
}

function itemNodes(node: Node | null, document: TextDocument | undefined): readonly Node[] {
  const list = isMap(node) ? node.get("items", true) : undefined;
  const resolved = isAlias(list) && document !== undefined ? list.resolve(document.yaml) : list;
  return isSeq<Node>(resolved) ? resolved.items : [];
}

interface ListItem {
  readonly value: unknown;
  /** What the list says of all its items, where this one does not say it. */
  readonly said: Readonly<Record<string, string>>;
}

/** An API server leaves out the kind of what is in a list of one kind. */
function kinded(value: unknown, { apiVersion, kind }: KubernetesList): ListItem {
  if (typeof value !== "object" || value === null || kind === "List") return { value, said: {} };
  const given: Record<string, unknown> = { apiVersion, kind: kind.slice(0, -"List".length) };
  const missing = Object.entries(given).filter(([key, text]) => typeof text === "string" && !(key in value));
  const said = Object.fromEntries(missing) as Record<string, string>;
  return { value: missing.length === 0 ? value : { ...said, ...value }, said };
}

// An item is given a text of its own: the item with as many spaces before it as it is indented, which is again YAML
// with the same positions. One that borrows from elsewhere by an alias is written out instead. JSON needs no spaces,
// and in a list that is one long line they would soon be more than the item.
function itemOf(place: DocumentPlace, path: Path, node: Node | null, { value, said }: ListItem): Item {
  const { document, line: listLine } = place;
  const at = placed(place, path);
  const range = node?.range ?? undefined;
  if (document === undefined || node === null || range === undefined || usesAlias(node)) {
    return { ...at, value, source: writeUnclear(value, 2), line: listLine };
  }
  const { line, column } = document.positionOf(range[0]);
  const text = document.slice(range[0], range[1]).trimEnd();
  const flow = isMap(node) && node.flow === true;
  const indent = " ".repeat(flow && column > maxIndent ? 0 : column - 1);
  const lines = Object.entries(said).map(([key, word]) => `"${key}": ${JSON.stringify(word)}`);
  if (lines.length === 0) return { ...at, value, source: indent + text, line };
  if (flow) return { ...at, value, source: `${indent}{${lines.join(", ")}, ${text.slice(1)}`, line };
  const above = lines.map((one) => `${indent}${one}\n`).join("");
  return { ...at, value, source: `${above}${indent}${text}`, line: Math.max(1, line - lines.length) };
}

function usesAlias(node: Node): boolean {
  let found = isAlias(node);
  visit(node, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

interface KubernetesList {
  readonly apiVersion?: unknown;
  readonly kind: string;
  readonly items?: unknown;
}

/** Whether a value is a list of resources: `kind: List`, or one of a kind of its own, which has items and no name. */
export function isList(value: unknown): value is KubernetesList {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  const { kind } = value;
  if (kind === "List") return true;
  if (typeof kind !== "string" || !/.List$/.test(kind) || !("items" in value)) return false;
  const { items } = value;
  const metadata: unknown = "metadata" in value ? value.metadata : undefined;
  const named = typeof metadata === "object" && metadata !== null && "name" in metadata;
  return !named && (items === null || Array.isArray(items));
}

function failure(diagnostic: Diagnostic): Manifests {
  return { resources: [], diagnostics: [diagnostic] };
}
