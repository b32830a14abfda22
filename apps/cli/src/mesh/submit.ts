import { kindsOf, roleOf } from "@weft/lab";
import { type Diagnostic, diagnosticAt, type Resource } from "@weft/manifest";
import { isWeftError } from "@weft/netaddr";
import { parsePolicy, policyKinds } from "@weft/policy";
import { documentOf, refuseFindings } from "../documents.ts";
import { serviceOf } from "./client.ts";
import type { MeshPaths } from "./paths.ts";

/** One thing that was (or would be) changed. */
export interface Change {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** "created", "configured", "unchanged", "deleted", "not found". */
  readonly outcome: string;
}

/** What became of a submission, and the newest revision at which what it names is on record; 0 on a dry run. */
export interface Submitted {
  readonly revision: number;
  readonly changes: readonly Change[];
}

/** How to submit. */
export interface SubmitOptions {
  readonly verb: "apply" | "delete";
  readonly dryRun: boolean;
  readonly actor: string;
  readonly signal: AbortSignal;
}

const deadlineMs = 60_000;

const services = [
  ["compiler", "Compiler"],
  ["lb", "LoadBalancer"],
] as const;

/** What is neither for the compiler nor for lb, by its place. */
function otherKinds(resources: readonly Resource[]): Diagnostic[] {
  const wrong = resources.filter((resource) => !["compiler", "lb"].includes(roleOf(resource.kind) ?? ""));
  const expected = kindsOf("compiler", "lb").join(", ");
  return wrong.map((resource) => {
    const hint = roleOf(resource.kind) === "workload" ? "; weft lab up runs it" : "";
    return diagnosticAt(resource, ["kind"], `${resource.kind} cannot be applied${hint}`, expected);
  });
}

/** Whether a resource is a policy of any kind. */
export function isPolicy({ kind }: Resource): boolean {
  return policyKinds.some((known) => known === kind);
}

/** Refuses what can never be applied, with every finding that takes no service to make. For when no mesh is up. */
export function refuseOffline(resources: readonly Resource[]): void {
  const kinds = otherKinds(resources);
  if (kinds.length === 0) return;
  const policies = resources.filter(isPolicy).map(parsePolicy);
  refuseFindings(inOrder([...kinds, ...policies.flatMap((one) => (Array.isArray(one) ? one : []))]));
}

/**
 * Hands resources to the services in charge. All services check everything before any puts anything on record, and what
 * all of them find is told at once.
 */
export async function submit(
  paths: MeshPaths,
  resources: readonly Resource[],
  options: SubmitOptions,
): Promise<Submitted> {
  const checked = await check(paths, resources, options);
  return options.dryRun ? checked : round(paths, resources, options);
}

/** The same without putting anything on record; INVALID_ARGUMENT with the findings of every service and our own. */
async function check(
  paths: MeshPaths,
  resources: readonly Resource[],
  options: SubmitOptions,
): Promise<Submitted> {
  const findings = otherKinds(resources);
  const failures: unknown[] = [];
  const changes: Change[] = [];
  for (const [role] of services) {
    const own = resources.filter(({ kind }) => roleOf(kind) === role);
    try {
      changes.push(...(await round(paths, own, { ...options, dryRun: true })).changes);
    } catch (error) {
      const found = isWeftError(error, "INVALID_ARGUMENT") ? (error.diagnostics ?? []) : [];
      if (found.length === 0) failures.push(error);
      for (const one of found) findings.push({ ...nowhere, ...one });
    }
  }
  refuseFindings(inOrder(findings));
  if (failures.length > 0) throw failures[0];
  return { revision: 0, changes };
}

const nowhere = { file: "", line: 0, column: 0, field: "", expected: "" };

/** By place: the order in which a person meets them. */
function inOrder(findings: readonly Diagnostic[]): Diagnostic[] {
  return [...findings].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

async function round(
  paths: MeshPaths,
  resources: readonly Resource[],
  { verb, dryRun, actor, signal }: SubmitOptions,
): Promise<Submitted> {
  const answers = [];
  for (const [role, service] of services) {
    const documents = resources.filter((resource) => roleOf(resource.kind) === role).map(documentOf);
    if (documents.length === 0) continue;
    using client = serviceOf(paths, service, actor);
    const call = verb === "apply" ? client.apply : client.delete;
    answers.push(await call({ documents, dryRun }, { signal, deadlineMs }));
  }
  return {
    revision: Math.max(0, ...answers.map((answer) => answer.revision)),
    changes: answers.flatMap((answer) =>
      answer.changes.map(({ kind, namespace, name, outcome }) => ({
        kind: kind ?? "",
        namespace: namespace ?? "",
        name: name ?? "",
        outcome: outcome ?? "",
      })),
    ),
  };
}
