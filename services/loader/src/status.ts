// What this host says of itself: programs in force for who asks, and a heartbeat for who listens.
import { type Log, sizeOfLoss } from "@weft/log";
import { type Mesh, notesOf, outcomes } from "@weft/model";
import type { weft } from "@weft/proto";
import { fromLittle } from "./domain/bytes.ts";
import { uplinkOwner } from "./domain/desired.ts";
import type { SeenFacts } from "./facts.ts";
import type { Recorder } from "./flows/recorder.ts";
import type { AttachMode } from "./kernel/hooks.ts";
import type { Kernel, ProgramReport } from "./kernel.ts";
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
}

/** Everything that is wrong, one sentence a line; "" when nothing is. */
function errorText({
  facts,
  reconciler,
  fault,
}: Pick<StatusOptions, "facts" | "reconciler" | "fault">): string {
  const failures = [...reconciler.progress().failures.values()].map(({ message }) => message);
  const warnings = reconciler.state()?.wish.warnings ?? [];
  return [fault(), ...facts.problems, ...failures, ...warnings].filter((line) => line !== "").join("\n");
}

/** The answer to Wait: Status without the programs, which take a look at the kernel. */
export function progressOf(options: StatusOptions): weft.v1.IStatusResponse {
  const { mesh, facts } = options;
  const { recorded, lost } = options.recorder.totals();
  return {
    host: facts.host,
    followed: mesh.revision,
    applied: options.reconciler.progress().applied,
    endpoints: mesh.endpoints.get(facts.host)?.size ?? 0,
    attach: options.attach,
    error: errorText(options),
    warnings: notesOf(mesh),
    recorded,
    unrecorded: sizeOfLoss(lost),
  };
}

/** The answer to Status. */
export async function statusOf(options: StatusOptions): Promise<weft.v1.IStatusResponse> {
  const { kernel, reconciler } = options;
  const owners = [...(reconciler.state()?.picture.actual().programs.keys() ?? [])];
  const programs = (await kernel.reports(owners)).map((report) => programStatus(options, report));
  return { ...progressOf(options), programs };
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
export function startHeartbeat(
  log: Pick<Log, "nats">,
  subject: string,
  options: Pick<StatusOptions, "mesh" | "facts" | "reconciler" | "fault">,
): Heartbeat {
  const { mesh, facts } = options;
  const beat = (): void => {
    const { applied } = options.reconciler.progress();
    const warnings = notesOf(mesh);
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
    if (!log.nats.isClosed()) log.nats.publish(subject, JSON.stringify(said));
  };
  const timer = setInterval(beat, beatMs);
  beat();
  return { beat, [Symbol.dispose]: () => clearInterval(timer) };
}
