import { kindsOf, roleOf } from "@weft/lab";
import { diagnosticAt, type Resource } from "@weft/manifest";
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

/** Refuses what is neither for the compiler nor for lb, by its place. */
export function refuseOtherKinds(resources: readonly Resource[]): void {
  const wrong = resources.filter((resource) => !["compiler", "lb"].includes(roleOf(resource.kind) ?? ""));
  const expected = kindsOf("compiler", "lb").join(", ");
  refuseFindings(
    wrong.map((resource) => {
      const hint = roleOf(resource.kind) === "workload" ? "; weft lab up runs it" : "";
      return diagnosticAt(resource, ["kind"], `${resource.kind} cannot be applied${hint}`, expected);
    }),
  );
}

/** Hands resources to the services in charge. All services check everything before any puts anything on record. */
export async function submit(
  paths: MeshPaths,
  resources: readonly Resource[],
  options: SubmitOptions,
): Promise<Submitted> {
  const checked = await round(paths, resources, { ...options, dryRun: true });
  return options.dryRun ? checked : round(paths, resources, options);
}

async function round(
  paths: MeshPaths,
  resources: readonly Resource[],
  { verb, dryRun, actor, signal }: SubmitOptions,
): Promise<Submitted> {
  const answers = [];
  for (const [role, service] of [
    ["compiler", "Compiler"],
    ["lb", "LoadBalancer"],
  ] as const) {
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
