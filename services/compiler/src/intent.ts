import {
  type Decider,
  type Executed,
  type ExecuteOptions,
  type Log,
  subjects,
  type WeftEvent,
} from "@weft/log";
import { WeftError } from "@weft/netaddr";
import type { weft } from "@weft/proto";
import { aggregates } from "./aggregates.ts";
import { type Intent, readIntents } from "./domain/intents.ts";
import { namespaceDecider } from "./domain/namespace.ts";
import { policyDecider } from "./domain/policy.ts";
import { openFit } from "./fit.ts";

/** What is to be done with documents, by whom. */
export interface IntentRequest {
  readonly verb: "apply" | "delete";
  readonly documents: readonly { readonly file: string; readonly text: string }[];
  readonly dryRun: boolean;
  readonly actor: string;
  readonly cause: string;
  readonly signal?: AbortSignal;
}

/** What was (or would be) changed, and the newest revision at which what the documents name is on record, or off it. */
export interface IntentResponse {
  readonly changes: Required<Omit<weft.v1.IChange, "$unknowns">>[];
  readonly revision: number;
}

interface Outcome {
  readonly existed: boolean;
  readonly revision: number;
  readonly changed: boolean;
}

interface Step {
  readonly intent: Intent;
  run(): Promise<Outcome>;
}

/**
 * Puts intent on record. All documents are checked before anything is appended: with any finding nothing is
 * (INVALID_ARGUMENT, with the findings; RESOURCE_EXHAUSTED when containers could not hold what the policies come to).
 */
export function intentKeeper(log: Log): (request: IntentRequest) => Promise<IntentResponse> {
  const policies = aggregates(log, policyDecider);
  const namespaces = aggregates(log, namespaceDecider);
  const fit = openFit(log);

  async function step(intent: Intent, request: IntentRequest): Promise<Step> {
    const { namespace, name, source, file, line } = intent.resource;
    const applies = request.verb === "apply";
    if (intent.kind === "Namespace") {
      const aggregate = await namespaces(subjects.namespace(name));
      const command = applies
        ? ({ kind: "Apply", name, labels: intent.labels } as const)
        : ({ kind: "Remove", name } as const);
      return { intent, run: () => perform(aggregate, namespaceDecider, command, request) };
    }
    const policyKind = intent.policy.kind;
    const aggregate = await policies(subjects.policy(policyKind, namespace, name));
    const command = applies
      ? ({ kind: "Apply", policyKind, namespace, name, source, file, line } as const)
      : ({ kind: "Remove", policyKind, namespace, name } as const);
    return { intent, run: () => perform(aggregate, policyDecider, command, request) };
  }

  return async (request) => {
    const { intents, diagnostics } = readIntents(request.documents);
    if (diagnostics.length > 0) {
      const what = diagnostics.length === 1 ? "one finding" : `${diagnostics.length} findings`;
      throw new WeftError("INVALID_ARGUMENT", `${what} in the documents; nothing was changed`, {
        diagnostics,
      });
    }
    // What is taken away must always be possible.
    if (request.verb === "apply") await fit(intents, request.signal);
    const steps = await Promise.all(intents.map((intent) => step(intent, request)));
    const changes: IntentResponse["changes"] = [];
    let revision = 0;
    for (const { intent, run } of steps) {
      const outcome = await run();
      const { namespace, name } = intent.resource;
      const kind = intent.kind === "Policy" ? intent.policy.kind : intent.kind;
      changes.push({ kind, namespace, name, outcome: wordFor(request.verb, outcome) });
      revision = Math.max(revision, outcome.revision);
    }
    return { changes, revision: request.dryRun ? 0 : revision };
  };
}

async function perform<State, Command, Event extends WeftEvent>(
  aggregate: {
    refresh(signal?: AbortSignal): Promise<State>;
    state(): State;
    execute(command: Command, options: ExecuteOptions): Promise<Executed<State, Event>>;
  },
  decider: Decider<State, Command, Event>,
  command: Command,
  request: IntentRequest,
): Promise<Outcome> {
  const { actor, cause, signal, dryRun } = request;
  const before = await aggregate.refresh(signal);
  const existed = before !== undefined;
  if (dryRun) {
    const decision = decider.decide(command, before);
    return { existed, revision: 0, changed: decision.kind === "accepted" && decision.event !== undefined };
  }
  const options = { actor, cause, ...(signal === undefined ? {} : { signal }) };
  const { revision, event } = await aggregate.execute(command, options);
  return { existed, revision, changed: event !== undefined };
}

function wordFor(verb: IntentRequest["verb"], { existed, changed }: Outcome): string {
  if (verb === "delete") return changed ? "deleted" : "not found";
  if (!changed) return "unchanged";
  return existed ? "configured" : "created";
}
