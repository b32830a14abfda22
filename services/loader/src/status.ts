// What this host says of itself: programs in force for who asks, and a heartbeat for who listens.
import { type Log, sizeOfLoss, type Trail } from "@weft/log";
import { type Mesh, notesOf, outcomes } from "@weft/model";
import type { weft } from "@weft/proto";
import { lookAround } from "./checks.ts";
import { fromLittle } from "./domain/bytes.ts";
import { uplinkOwner } from "./domain/desired.ts";
import type { Doubt } from "./doubt.ts";
import type { SeenFacts } from "./facts.ts";
import type { Recorder } from "./flows/recorder.ts";
import type { AttachMode } from "./kernel/hooks.ts";
import type { Kernel, ProgramReport } from "./kernel.ts";
import type { Ledger, Problem } from "./ledger.ts";
import { limited } from "./lines.ts";
import type { Reconciler } from "./reconcile.ts";

/** What the status is made of. */
export interface StatusOptions {
  readonly mesh: Mesh;
  readonly facts: SeenFacts;
  readonly attach: AttachMode;
  readonly kernel: Kernel;
  readonly reconciler: Reconciler;
  readonly recorder: Pick<Recorder, "totals">;
  /** Why the log cannot be followed; "" when it can. */
  readonly fault: () => string;
  /** Who waits, waits until there is none. */
  readonly doubt: Pick<Doubt, "text" | "cleared">;
  /** What tells the log that is followed, and the log's own word for what is older. */
  readonly trail: Pick<Trail, "idAt" | "missing">;
  readonly idAt: Log["idAt"];
  /** What the log lost of what this host had enforced; "" for nothing. */
  readonly lost: () => string;
  /** Since when what is wrong. */
  readonly ledger: Ledger;
  /** Of the host; undefined: the process's own. */
  readonly netns: string | undefined;
}

/** What the heartbeat needs of it. */
type Beating = Pick<StatusOptions, "mesh" | "facts" | "reconciler" | "fault" | "ledger" | "trail" | "lost">;

/** Everything that is known to be wrong without a look at the kernel. */
function problemsOf({ facts, reconciler, fault, ledger, trail }: Beating): Problem[] {
  const failures = [...reconciler.progress().failures.values()].map(({ message }) => message);
  const warnings = reconciler.state()?.wish.warnings ?? [];
  const lines = [fault(), damageOf(trail), ...facts.problems, ...failures, ...warnings];
  const told = lines.filter((line) => line !== "");
  return ledger.note("loop", limited(told, "more problems"));
}

/** What nobody can know any more of the log: a policy may be missing. */
function damageOf({ missing = 0 }: StatusOptions["trail"]): string {
  if (missing === 0) return "";
  return `the log lacks ${missing} events that were damaged on its disk: enforced is what follows without them`;
}

/** What is on record and has no effect, and what was undone because it is on record no more. */
function warningsOf({ mesh, lost }: Pick<StatusOptions, "mesh" | "lost">): string[] {
  const lines = [lost(), ...notesOf(mesh)].filter((line) => line !== "");
  return limited(lines, "more warnings");
}

/** The same, one sentence a line; "" when nothing is. */
function errorText(options: Beating): string {
  return textOf(problemsOf(options));
}

function textOf(problems: readonly Problem[]): string {
  return problems.map(({ what }) => what).join("\n");
}

/** The answer to Wait: Status without what takes a look at the kernel. */
export function progressOf(options: StatusOptions): weft.v1.IStatusResponse {
  return progressWith(options, problemsOf(options));
}

function progressWith(options: StatusOptions, problems: Problem[]): weft.v1.IStatusResponse {
  const { mesh, facts, reconciler } = options;
  const { recorded, lost } = options.recorder.totals();
  return {
    host: facts.host,
    followed: mesh.revision,
    applied: options.reconciler.progress().applied,
    endpoints: mesh.endpoints.get(facts.host)?.size ?? 0,
    attach: options.attach,
    error: textOf(problems),
    problems,
    warnings: warningsOf(options),
    busySinceMs: busySince(reconciler),
    recorded,
    unrecorded: sizeOfLoss(lost),
  };
}

/** Most passes are over before anybody could see them: what lasts a second is worth a word. */
function busySince(reconciler: Reconciler): number {
  const sinceMs = reconciler.busySinceMs() ?? 0;
  return Date.now() - sinceMs < 1000 ? 0 : sinceMs;
}

/** The answer to Status. */
export async function statusOf(options: StatusOptions, look: boolean): Promise<weft.v1.IStatusResponse> {
  const { kernel, reconciler, ledger, netns } = options;
  // Who is too busy to look knows nothing new: what was wrong is still told by the next look.
  const seen = look ? await lookAround(options, netns) : undefined;
  const found = seen === undefined ? [] : ledger.note("look", seen);
  const owners = [...(reconciler.state()?.picture.actual().programs.keys() ?? [])];
  const programs = (await kernel.reports(owners)).map((report) => programStatus(options, report));
  return { ...progressWith(options, [...problemsOf(options), ...found]), programs };
}

function programStatus(
  { mesh, facts, reconciler }: StatusOptions,
  report: ProgramReport,
): weft.v1.IProgramStatus {
  const state = reconciler.state();
  const { owner } = report;
  const program = state?.picture.actual().programs.get(owner);
  const endpoint = mesh.endpoints.get(facts.host)?.get(owner);
  const decided = fromLittle(program?.constants.policy_revision ?? "");
  const generic = owner === uplinkOwner || program?.digest === state?.wish.mapsFrom;
  return {
    endpoint: owner === uplinkOwner ? "" : owner,
    namespace: endpoint?.namespace ?? "",
    name: endpoint?.name ?? (owner === uplinkOwner ? facts.uplink : ""),
    hook: report.hook,
    programId: report.programId,
    tag: report.tag,
    digest: program?.digest ?? "",
    tier: generic ? "generic" : "specialised",
    instructions: report.instructions,
    jitedBytes: report.jitedBytes,
    revision: decided || (endpoint?.revision ?? mesh.hosts.get(facts.host)?.revision ?? 0),
    counters: Object.fromEntries(outcomes.map(({ name, number }) => [name, report.counters[number] ?? 0])),
  };
}

/** A heartbeat on `weft.status.<host>`. */
export interface Heartbeat extends Disposable {
  /** Something changed: tell at once. */
  beat(): void;
}

/** How often the host tells of itself when nothing changes. */
const beatMs = 1000;

/** Starts telling. What cannot be sent (no connection) is dropped: the next one says more. */
export function startHeartbeat(log: Pick<Log, "nats">, subject: string, options: Beating): Heartbeat {
  const { mesh, facts } = options;
  const beat = (): void => {
    const { applied } = options.reconciler.progress();
    const warnings = warningsOf(options);
    const error = errorText(options);
    const time = new Date().toISOString();
    const said = {
      host: facts.host,
      followed: mesh.revision,
      applied,
      time,
      ...(error === "" ? {} : { error }),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
    if (log.nats.isClosed()) return;
    try {
      log.nats.publish(subject, JSON.stringify(said));
    } catch {
      // Nobody's work ends because it could not be told of: who asks for the status is told all of it.
    }
  };
  const timer = setInterval(beat, beatMs);
  beat();
  return { beat, [Symbol.dispose]: () => clearInterval(timer) };
}
