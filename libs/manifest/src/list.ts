import { isAlias, isMap, isSeq, type Node, visit } from "yaml";
import { diagnosticAt } from "./check.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type Item, identify, type Manifests } from "./identify.ts";
import { describe } from "./issues.ts";
import { offsetOf } from "./locate.ts";
import type { TextDocument } from "./text.ts";

const maxIndent = 100;

/** The resources in one document: one, or those of a list (`kind: List`), or none and why. */
export function resourcesOf(file: string, document: TextDocument, value: unknown): Manifests {
  const { source, line, yaml } = document;
  return expand(
    { ...placed(file, document, yaml.contents), value, source, line },
    yaml.contents,
    document,
    0,
  );
}

function placed(file: string, document: TextDocument, node: Node | null): Pick<Item, "file" | "locate"> {
  return {
    file,
    locate: (path, place = "value") => document.positionOf(offsetOf(document.yaml, path, place, node)),
  };
}

function expand(item: Item, node: Node | null, document: TextDocument, depth: number): Manifests {
  const { value } = item;
  if (!isList(value)) return identify(item);
  if (depth > 2) return failure(diagnosticAt(item, [], "is a list in a list in a list", "resources"));
  const { items } = value;
  if (!Array.isArray(items)) {
    return failure(diagnosticAt(item, ["items"], describe(items), "a list of resources"));
  }
  const nodes = itemNodes(node, document);
  const found: Manifests = { resources: [], diagnostics: [] };
  for (const [index, one] of items.entries()) {
    const inner = nodes[index] ?? null;
    const { resources, diagnostics } = expand(
      itemOf(item.file, document, inner, one),
      inner,
      document,
      depth + 1,
    );
    found.resources.push(...resources);
    found.diagnostics.push(...diagnostics);
  }
  return found;
}

function itemNodes(node: Node | null, document: TextDocument): readonly Node[] {
  const list = isMap(node) ? node.get("items", true) : undefined;
  const resolved = isAlias(list) ? list.resolve(document.yaml) : list;
  return isSeq<Node>(resolved) ? resolved.items : [];
}

// An item is given a text of its own: the item with as many spaces before it as it is indented, which is again YAML
// with the same positions. One that borrows from elsewhere by an alias is written out instead. JSON needs no spaces,
// and in a list that is one long line they would soon be more than the item.
function itemOf(file: string, document: TextDocument, node: Node | null, value: unknown): Item {
  const range = node?.range ?? undefined;
  if (node === null || range === undefined || usesAlias(node)) {
    const source = JSON.stringify(value, null, 2) ?? "";
    return { ...placed(file, document, node), value, source, line: document.line };
  }
  const { line, column } = document.positionOf(range[0]);
  const indent = isMap(node) && node.flow === true && column > maxIndent ? 0 : column - 1;
  const source = " ".repeat(indent) + document.slice(range[0], range[1]).trimEnd();
  return { ...placed(file, document, node), value, source, line };
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

function isList(value: unknown): value is { items?: unknown } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "List";
}

function failure(diagnostic: Diagnostic): Manifests {
  return { resources: [], diagnostics: [diagnostic] };
}
