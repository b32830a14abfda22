import { formatTable } from "@weft/lab";
import type { TraceSpan } from "./spans.ts";

/** A span and what happened below it. */
interface TraceNode extends TraceSpan {
  readonly children: readonly TraceNode[];
}

/** The roots of a trace. A span whose parent was not stored is a root: losing one span does not hide the others. */
export function traceTree(spans: readonly TraceSpan[]): TraceNode[] {
  const known = new Set(spans.map((span) => span.id));
  const byParent = Map.groupBy(spans, (span) => (known.has(span.parent) ? span.parent : ""));
  const node = (span: TraceSpan): TraceNode => ({
    ...span,
    children: (byParent.get(span.id) ?? []).map(node),
  });
  return (byParent.get("") ?? []).map(node);
}

/** The tree as text: what, in which process, when it began, how long it took. */
export function formatTrace(roots: readonly TraceNode[]): string {
  const rows = roots.flatMap((root) => rowsOf(root, "", ""));
  return formatTable(["SPAN", "PROCESS", "AT", "TOOK", ""], rows);
}

function rowsOf(node: TraceNode, own: string, below: string): string[][] {
  const at = `${node.offsetMs.toFixed(1)} ms`.padStart(10);
  const took = `${node.durationMs.toFixed(1)} ms`.padStart(10);
  const row = [own + labelOf(node), node.service, at, took, node.error];
  const inner = node.children.flatMap((child, index) => {
    const last = index === node.children.length - 1;
    return rowsOf(child, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
  });
  return [row, ...inner];
}

/** The span's name and, for what was done to a kernel, what that was: "kernel write: map_put peers, 12 entries". */
function labelOf({ name, attributes }: TraceSpan): string {
  const operation = attributes["weft.operation"];
  if (operation === undefined) return name;
  const count = Number(attributes["weft.count"] ?? 1);
  const entries = attributes["weft.entries"];
  const owner = attributes["weft.owner"];
  const parts = [
    `${operation}${count > 1 ? ` x${count}` : ""} ${attributes["weft.target"] ?? ""}`.trim(),
    ...(entries === undefined ? [] : [`${entries} ${entries === 1 ? "entry" : "entries"}`]),
    ...(owner === undefined ? [] : [`of ${owner}`]),
  ];
  return `${name}: ${parts.join(", ")}`;
}
