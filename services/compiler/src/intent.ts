import {
  type Decider,
  type ExecuteOptions,
  type Log,
  newestOf,
  pipeline,
  subjects,
  type WeftEvent,
} from "@weft/log";
import { doInTurns, type SourceText } from "@weft/manifest";
import { type Mesh, policyKey } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import type { weft } from "@weft/proto";
import { breather } from "@weft/rpc";
import { aggregates } from "./aggregates.ts";
import { type Intent, type Intents, readingIntents } from "./domain/intents.ts";
import { namespaceDecider } from "./domain/namespace.ts";
import { policyDecider } from "./domain/policy.ts";
import { checkFit, openMesh } from "./fit.ts";
import { openTexts } from "./texts.ts";

/** What is to be done with documents, by whom. */
interface IntentRequest {
  readonly verb: "apply" | "delete";
  readonly documents: readonly SourceText[];
  readonly dryRun: boolean;
  readonly actor: string;
  readonly cause: string;
  readonly signal?: AbortSignal;
}

/** What was (or would be) changed, and the newest revision at which what the documents name is on record, or off it. */
interface IntentResponse {
  readonly changes: Required<Omit<weft.v1.IChange, "$unknowns">>[];
  readonly revision: number;
  /** Id of the event at that revision; "" with revision 0. */
  readonly event: string;
}

interface Outcome {
  readonly existed: boolean;
  readonly revision: number;
  readonly id: string;
  readonly changed: boolean;
}

/** What one intent comes to, by how it is put on record and by how it would be. */
interface Step {
  /** `empty`: the mesh has nothing of the kind, and mostly the log neither. */
  run(empty: boolean): Promise<Outcome>;
  foresee(mesh: Mesh): Outcome;
}

/** Events on their way to the log at once. */
const atOnce = 64;

/**
 * Puts intent on record. All documents are checked before anything is appended: with any finding nothing is
 * (INVALID_ARGUMENT, with the findings; RESOURCE_EXHAUSTED when containers could not hold what the policies come to).
 * Whatever is many is done bit by bit, and no longer than somebody waits for it.
 */
export function intentKeeper(log: Log): (request: IntentRequest) => Promise<IntentResponse> {
  const policies = aggregates(log, policyDecider);
  const namespaces = aggregates(log, namespaceDecider);
  const withMesh = openMesh(log);
  const texts = openTexts();

  function stepOf(intent: Intent, request: IntentRequest): Step {
    const { namespace, name, source, file, line = 1 } = intent.resource;
    const applies = request.verb === "apply";
    if (intent.kind === "Namespace") {
      const command = applies
        ? ({ kind: "Apply", name, labels: intent.labels } as const)
        : ({ kind: "Remove", name } as const);
      return {
        run: async (empty) => execute(await namespaces(subjects.namespace(name), empty), command, request),
        foresee: (mesh) => foresee(namespaceDecider, command, mesh.namespaces.get(name)),
      };
    }
    const policyKind = intent.policy.kind;
    const command = applies
      ? ({ kind: "Apply", policyKind, namespace, name, source, file, line } as const)
      : ({ kind: "Remove", policyKind, namespace, name } as const);
    return {
      run: async (empty) =>
        execute(await policies(subjects.policy(policyKind, namespace, name), empty), command, request),
      foresee: (mesh) => foresee(policyDecider, command, mesh.policies.get(policyKey(intent.policy))),
    };
  }

  return async (request) => {
    const { verb, documents, dryRun, signal } = request;
    const pause = breather(signal);
    await pause();
    const { intents, diagnostics } = await doInTurns(
      readingIntents(documents, dryRun ? texts.checked : texts.spent),
      pause,
    );
    refuse(diagnostics);
    const steps = intents.map((intent) => stepOf(intent, request));
    const look = async (mesh: Mesh) => {
      if (verb === "apply") await checkFit(mesh, intents, pause);
      return steps.map((step) => step.foresee(mesh));
    };
    // What is taken away must always be possible, and waits for nobody's check.
    const asks = verb === "apply" || dryRun;
    const foreseen = asks ? await withMesh(look, signal) : [];
    const outcomes = dryRun ? foreseen : await putOnRecord(steps, foreseen, signal);
    const changes = outcomes.map((outcome, index) => changeOf(intents[index] as Intent, verb, outcome));
    const { revision, id: event } = newestOf(outcomes);
    return { changes, revision, event };
  };
}

function putOnRecord(
  steps: readonly Step[],
  foreseen: readonly Outcome[],
  signal: AbortSignal | undefined,
): Promise<Outcome[]> {
  const work = steps.map((step, index) => ({ step, empty: foreseen[index]?.existed === false }));
  return pipeline(work, atOnce, ({ step, empty }) => step.run(empty), signal);
}

function refuse(diagnostics: Intents["diagnostics"]): void {
  if (diagnostics.length === 0) return;
  const what = diagnostics.length === 1 ? "one finding" : `${diagnostics.length} findings`;
  throw new WeftError("INVALID_ARGUMENT", `${what} in the documents; nothing was changed`, { diagnostics });
}

function changeOf(intent: Intent, verb: IntentRequest["verb"], outcome: Outcome) {
  const { namespace, name } = intent.resource;
  const kind = intent.kind === "Policy" ? intent.policy.kind : intent.kind;
  const { revision, id: event } = outcome;
  return { kind, namespace, name, outcome: wordFor(verb, outcome), revision, event };
}

async function execute<State, Command, Event extends WeftEvent>(
  aggregate: Awaited<ReturnType<ReturnType<typeof aggregates<State, Command, Event>>>>,
  command: Command,
  { actor, cause, signal }: IntentRequest,
): Promise<Outcome> {
  const options: ExecuteOptions = { actor, cause, ...(signal === undefined ? {} : { signal }) };
  const { before, revision, id, event } = await aggregate.execute(command, options);
  return { existed: before !== undefined, revision, id, changed: event !== undefined };
}

function foresee<State, Command, Event extends WeftEvent>(
  decider: Decider<State, Command, Event>,
  command: Command,
  before: State,
): Outcome {
  const decision = decider.decide(command, before);
  const changed = decision.kind === "accepted" && decision.event !== undefined;
  return { existed: before !== undefined, revision: 0, id: "", changed };
}

function wordFor(verb: IntentRequest["verb"], { existed, changed }: Outcome): string {
  if (verb === "delete") return changed ? "deleted" : "not found";
  if (!changed) return "unchanged";
  return existed ? "configured" : "created";
}
