import { ignore, kindsOf, roleOf } from "@weft/lab";
import { type Diagnostic, diagnosticAt, maxFindings, type Resource } from "@weft/manifest";
import { isWeftError, toWeftError, WeftError } from "@weft/netaddr";
import { parsePolicy, policyKinds } from "@weft/policy";
import type { Context } from "../context.ts";
import { documentOf, refuseFindings } from "../documents.ts";
import { describeIgnored } from "../lab/ignored.ts";
import { type Batch, batchesOf, checkSize, deadlineMsFor, type Share } from "./batches.ts";
import { type Caller, serviceOf } from "./client.ts";
import type { MeshPaths } from "./paths.ts";

/** One thing that was (or would be) changed. */
export interface Change {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** "created", "configured", "unchanged", "deleted", "not found". */
  readonly outcome: string;
}

/** An event, and where it is on record. */
interface Place {
  readonly revision: number;
  readonly event: string;
}

/** What became of a submission, and the newest revision at which what it names is on record; 0 on a dry run. */
export interface Submitted {
  readonly revision: number;
  /** Id of the event at that revision. */
  readonly event: string;
  /** Every event that something of it is on record by. */
  readonly events: readonly Place[];
  readonly changes: readonly Change[];
}

/** How to submit. */
interface SubmitOptions {
  readonly verb: "apply" | "delete";
  readonly dryRun: boolean;
  readonly caller: Caller & Pick<Context, "signal">;
  /** Told from time to time how far it is. */
  readonly onProgress?: (text: string) => void;
}

const services = [
  ["compiler", "Compiler"],
  ["lb", "LoadBalancer"],
] as const;

/** What is neither for the compiler nor for lb, nor passed over, by its place. */
function otherKinds(resources: readonly Resource[]): Diagnostic[] {
  const wrong = resources.filter((resource) => {
    const role = roleOf(resource);
    return role === undefined || role === "workload";
  });
  const expected = kindsOf("compiler", "lb").join(", ");
  return wrong.slice(0, maxFindings).map((resource) => {
    const hint = roleOf(resource) === "workload" ? "; weft lab up runs it" : "";
    return diagnosticAt(resource, ["kind"], `${resource.kind} cannot be applied${hint}`, expected);
  });
}

/**
 * Lines about what is passed over, as it means nothing to a network. INVALID_ARGUMENT when that is everything: whoever
 * applies it would believe that it does something.
 */
export function passedOver(resources: readonly Resource[]): string[] {
  const ignored = resources.filter((resource) => roleOf(resource) === "ignored");
  const lines = describeIgnored(ignored.map((resource) => ignore(resource)));
  if (ignored.length < resources.length) return lines;
  const expected = kindsOf("compiler", "lb").join(", ");
  throw new WeftError("INVALID_ARGUMENT", `there is nothing to apply; ${lines.join("; ")}`, {
    field: "-f",
    expected,
  });
}

/** Whether a resource is a policy of any kind. */
export function isPolicy(resource: Resource): boolean {
  return roleOf(resource) === "compiler" && policyKinds.some((known) => known === resource.kind);
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
 * all of them find is told at once. What one call can hold goes to one service by itself without being asked about before:
 * a service puts nothing on record before it has checked the call.
 */
export async function submit(
  paths: MeshPaths,
  resources: readonly Resource[],
  options: SubmitOptions,
): Promise<Submitted> {
  const findings = otherKinds(resources);
  const shares = services
    .map(([role, service]): Share => {
      const documents = resources.filter((one) => roleOf(one) === role).map(documentOf);
      return { service, documents };
    })
    .filter(({ documents }) => documents.length > 0);
  checkSize(shares);
  const batches = shares.flatMap(batchesOf);
  if (findings.length > 0 || options.dryRun || batches.length > 1) {
    const checked = await check(paths, shares, findings, options);
    if (options.dryRun) return checked;
  }
  return round(paths, batches, options);
}

/** Puts nothing on record; INVALID_ARGUMENT with the findings of every service and our own. */
async function check(
  paths: MeshPaths,
  shares: readonly Share[],
  known: readonly Diagnostic[],
  options: SubmitOptions,
): Promise<Submitted> {
  const findings = [...known];
  const failures: unknown[] = [];
  const changes: Change[] = [];
  for (const share of shares) {
    options.onProgress?.(`checking ${share.documents.length} documents`);
    try {
      changes.push(...(await send(paths, share, { ...options, dryRun: true })).changes);
    } catch (error) {
      const found = findingsIn(error);
      if (found.length === 0) failures.push(error);
      findings.push(...found);
    }
  }
  refuseFindings(inOrder(findings));
  if (failures.length > 0) throw failures[0];
  return { revision: 0, event: "", events: [], changes };
}

const nowhere = { file: "", line: 0, column: 0, field: "", expected: "" };

function findingsIn(error: unknown): Diagnostic[] {
  const found = isWeftError(error, "INVALID_ARGUMENT") ? (error.diagnostics ?? []) : [];
  return found.map((one) => ({ ...nowhere, ...one }));
}

/** By place: the order in which a person meets them. */
function inOrder(findings: readonly Diagnostic[]): Diagnostic[] {
  return [...findings].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

async function round(
  paths: MeshPaths,
  batches: readonly Batch[],
  options: SubmitOptions,
): Promise<Submitted> {
  const total = batches.reduce((sum, { documents }) => sum + documents.length, 0);
  const changes: Change[] = [];
  const events: Place[] = [];
  let newest: Place = { revision: 0, event: "" };
  for (const batch of batches) {
    try {
      const answer = await send(paths, batch, options);
      if (answer.revision > newest.revision) newest = answer;
      changes.push(...answer.changes);
      events.push(...answer.events);
      options.onProgress?.(`${changes.length} of ${total} documents`);
    } catch (error) {
      refuseFindings(inOrder(findingsIn(error)));
      if (changes.length === 0) throw error;
      const { code, message, field, expected, diagnostics } = toWeftError(error);
      const details = { cause: error, ...(field && { field }), ...(expected && { expected }) };
      const said = `${message}; ${changes.length} of ${total} are done, and the same command does the rest`;
      throw new WeftError(code, said, { ...details, ...(diagnostics && { diagnostics }) });
    }
  }
  return { revision: newest.revision, event: newest.event, events, changes };
}

async function send(
  paths: MeshPaths,
  { service, documents }: Batch,
  { verb, dryRun, caller }: SubmitOptions,
): Promise<Submitted> {
  using client = serviceOf(paths, service, caller);
  const call = verb === "apply" ? client.apply : client.delete;
  const deadlineMs = deadlineMsFor(documents);
  const { revision, event, changes } = await call(
    { documents: [...documents], dryRun },
    { signal: caller.signal, deadlineMs },
  );
  return {
    revision,
    event,
    events: changes.flatMap(({ revision, event }) => (revision && event ? [{ revision, event }] : [])),
    changes: changes.map(({ kind, namespace, name, outcome }) => ({
      kind: kind ?? "",
      namespace: namespace ?? "",
      name: name ?? "",
      outcome: outcome ?? "",
    })),
  };
}
