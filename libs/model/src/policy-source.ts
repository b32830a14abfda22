// Where a field of a policy stands in the file that was applied: the log keeps its text.
import { formatPath, type Path, parseManifests, type Resource } from "@weft/manifest";
import type { Policy } from "./mesh.ts";

/** A line of a manifest. */
export interface SourceLine {
  /** The field, e.g. "spec.ingress[0].from[1].podSelector.matchLabels.app". */
  readonly field: string;
  readonly file: string;
  /** 0: the text cannot be read by this version. */
  readonly line: number;
  readonly column: number;
  /** The whole line, without the white space around it. */
  readonly text: string;
}

const resources = new WeakMap<Policy, Resource | undefined>();

/** Where a field of a policy stands; with a key, where a label selector at that field names it. */
export function policySource(policy: Policy, path: Path, key?: string): SourceLine {
  const resource = resourceOf(policy);
  const written = fitPath(resource?.value, path);
  const exact = key === undefined ? written : selectorPath(resource?.value, written, key);
  const field = formatPath(exact);
  if (resource === undefined) return { field, file: policy.file, line: 0, column: 0, text: "" };
  const { line, column } = resource.locate(exact);
  const text = policy.source.split("\n")[line - policy.line]?.trim() ?? "";
  return { field, file: policy.file, line, column, text };
}

function resourceOf(policy: Policy): Resource | undefined {
  if (!resources.has(policy)) {
    const { file, line, source } = policy;
    resources.set(policy, parseManifests([{ file, line, text: source, recorded: true }]).resources[0]);
  }
  return resources.get(policy);
}

/** The part of a path that is written there; a ClusterNetworkPolicy has its selectors a step deeper, or under one name. */
function fitPath(value: unknown, path: Path): Path {
  const fitted: (string | number)[] = [];
  let inner = value;
  for (const step of path) {
    const ways = [[step], ["pods", step], ...(step === "namespaceSelector" ? [["namespaces"]] : [])];
    const way = ways.find((steps) => at(inner, steps) !== undefined);
    if (way === undefined) break;
    fitted.push(...way);
    inner = at(inner, way);
  }
  return fitted;
}

/** Labels are wanted by matchLabels or by an expression; as a value, a policy does not tell which. */
function selectorPath(value: unknown, path: Path, key: string): Path {
  const selector = at(value, path);
  if (fieldOf(fieldOf(selector, "matchLabels"), key) !== undefined) return [...path, "matchLabels", key];
  const expressions = fieldOf(selector, "matchExpressions");
  const found = Array.isArray(expressions) ? expressions.findIndex((one) => fieldOf(one, "key") === key) : -1;
  return found < 0 ? path : [...path, "matchExpressions", found];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => fieldOf(inner, step), value);
}

function fieldOf(value: unknown, step: string | number): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
}
