import { WeftError } from "@weft/netaddr";
import type { Decider } from "./decider.ts";
import { type Read, readForm, type WeftEvent } from "./events.ts";
import { backoff, checkSignal } from "./retry.ts";
import type { Log, Recorded } from "./types.ts";

/** Who asks, what led here, how long to try. */
export type ExecuteOptions = {
  readonly actor: string;
  readonly cause: string;
  readonly traceparent?: string;
  readonly signal?: AbortSignal;
};

/** What became of a command: the state after it, and the revision at which that state is on record. */
export type Executed<State, Event extends WeftEvent> = {
  readonly state: State;
  /** The state on which it was decided. */
  readonly before: State;
  readonly revision: number;
  /** Absent when the command changed nothing. */
  readonly event?: Read<Event>;
};

/** One aggregate with its state at hand. Two processes may hold the same one: the log arbitrates. */
export interface Aggregate<State, Command, Event extends WeftEvent> {
  readonly subject: string;
  /**
   * Decides and puts the decision on record. Commands of one aggregate object run one after the other. A refusal is
   * thrown as a `WeftError` with the decider's code; so is ABORTED, when others won too often in a row.
   */
  execute(command: Command, options: ExecuteOptions): Promise<Executed<State, Event>>;
  /** The state as last seen; may be behind the log when another process writes too. */
  state(): State;
  /** Revision of the last event seen; 0 when there is none. */
  revision(): number;
  /** Reads what others have appended since. */
  refresh(signal?: AbortSignal): Promise<State>;
}

/** Conflicts in a row after which a command gives up. */
const maxAttempts = 64;

type Held<State> = { state: State; revision: number };

/** Opens an aggregate: replays its subject once. */
export async function openAggregate<State, Command, Event extends WeftEvent>(
  log: Log,
  options: {
    readonly subject: string;
    readonly decider: Decider<State, Command, Event>;
    readonly signal?: AbortSignal;
  },
): Promise<Aggregate<State, Command, Event>> {
  const { subject, decider } = options;
  const held: Held<State> = { state: decider.initial, revision: 0 };
  let queue: Promise<unknown> = Promise.resolve();

  function apply(event: Read<Event>, revision: number): void {
    held.state = decider.evolve(held.state, event, revision);
    held.revision = revision;
  }

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  const refresh = (signal?: AbortSignal) => catchUp(log, subject, held, apply, signal);
  await refresh(options.signal);
  return {
    subject,
    state: () => held.state,
    revision: () => held.revision,
    refresh: (signal) => inTurn(() => refresh(signal).then(() => held.state)),
    execute: (command, given) => inTurn(() => execute(log, subject, decider, held, apply, command, given)),
  };
}

/** Applies what the subject has beyond the state held; true when there was something. */
async function catchUp<State, Event extends WeftEvent>(
  log: Log,
  subject: string,
  held: Held<State>,
  apply: (event: Read<Event>, revision: number) => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const stop = signal === undefined ? {} : { signal };
  const last = await log.last(subject);
  if (last === undefined || last.revision <= held.revision) return false;
  // Mostly one event is missing, and it has just been read.
  const missing: AsyncIterable<Recorded> | Recorded[] =
    last.previous === held.revision
      ? [last]
      : log.read({ from: held.revision + 1, to: last.revision, subject, ...stop });
  for await (const recorded of missing) apply(recorded as Recorded & Read<Event>, recorded.revision);
  return true;
}

async function execute<State, Command, Event extends WeftEvent>(
  log: Log,
  subject: string,
  decider: Decider<State, Command, Event>,
  held: Held<State>,
  apply: (event: Read<Event>, revision: number) => void,
  command: Command,
  options: ExecuteOptions,
): Promise<Executed<State, Event>> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    checkSignal(options.signal);
    const before = held.state;
    const decision = decider.decide(command, before);
    if (decision.kind === "refused" || decision.event === undefined) {
      // An answer without an event binds as much as one with: it holds only if the state is not out of date.
      if (await catchUp(log, subject, held, apply, options.signal)) continue;
      if (decision.kind === "refused") throw new WeftError(decision.code, decision.message, decision);
      return { state: held.state, before, revision: held.revision };
    }
    try {
      const { revision } = await log.append({
        ...options,
        subject,
        event: decision.event,
        expected: held.revision,
      });
      const event = readForm(decision.event);
      apply(event, revision);
      return { state: held.state, before, revision, event };
    } catch (error) {
      if (!(error instanceof WeftError) || error.code !== "ABORTED") throw error;
    }
    if (attempt > 0) await backoff(attempt, options.signal);
    await catchUp(log, subject, held, apply, options.signal);
  }
  throw new WeftError("ABORTED", `others kept writing ${subject}: gave up after ${maxAttempts} attempts`);
}
