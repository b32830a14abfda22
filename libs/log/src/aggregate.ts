import { WeftError } from "@weft/netaddr";
import type { Decider } from "./decider.ts";
import { type Read, readForm, type WeftEvent } from "./events.ts";
import { LogReplaced } from "./replaced.ts";
import { backoff, checkSignal } from "./retry.ts";
import type { Appended, Log, Recorded, Tail } from "./types.ts";

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
  /** Id of the event at that revision; "" when the subject never had one. */
  readonly id: string;
  /** Absent when the command changed nothing. */
  readonly event?: Read<Event>;
};

/** Of what several commands came to, where the newest event is on record; revision 0 when there is none. */
export function newestOf(done: readonly Appended[]): Appended {
  const nothing: Appended = { revision: 0, id: "" };
  return done.reduce((newest, each) => (each.revision > newest.revision ? each : newest), nothing);
}

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
  /** Revision of the last event that had an effect, as far as seen; 0 when there is none. */
  revision(): number;
  /** Reads what others have appended since. */
  refresh(signal?: AbortSignal): Promise<State>;
}

/** Conflicts in a row after which a command gives up. */
const maxAttempts = 64;

/** How long a state is trusted without asking the log. After a lost connection it is not trusted at all. */
const trustMs = 1_000;

/**
 * Opens an aggregate: replays its subject once. Not so one that is `empty` as far as the caller knows: if it is not, the log
 * refuses the first event that is decided on that, and the subject is read then.
 */
export async function openAggregate<State, Command, Event extends WeftEvent>(
  log: Log,
  options: {
    readonly subject: string;
    readonly decider: Decider<State, Command, Event>;
    readonly empty?: boolean;
    readonly signal?: AbortSignal;
  },
): Promise<Aggregate<State, Command, Event>> {
  const { subject, decider } = options;
  const held = new Held(log, subject, decider);
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  if (options.empty === true) held.trust(log.losses());
  else await held.catchUp(options.signal);
  return {
    subject,
    state: () => held.state,
    revision: () => held.revision,
    refresh: (signal) => inTurn(() => held.catchUp(signal).then(() => held.state)),
    execute: (command, given) => inTurn(() => execute(log, held, command, given)),
  };
}

/** A state, the last event that had an effect on it, and the end of the subject as far as it was read. */
class Held<State, Command, Event extends WeftEvent> {
  readonly subject: string;
  readonly decider: Decider<State, Command, Event>;
  readonly #log: Log;
  state: State;
  revision = 0;
  id = "";
  /** The subject's last message, which may be no event that has an effect. */
  end: Appended = { revision: 0, id: "" };
  #losses = -1;
  #checkedAtMs = Number.NEGATIVE_INFINITY;

  constructor(log: Log, subject: string, decider: Decider<State, Command, Event>) {
    this.#log = log;
    this.subject = subject;
    this.decider = decider;
    this.state = decider.initial;
  }

  apply(event: Read<Event>, { revision, id }: Appended): void {
    this.state = this.decider.evolve(this.state, event, revision);
    this.revision = revision;
    this.id = id;
    this.end = { revision, id };
  }

  #take(event: Recorded): void {
    try {
      this.apply(event as Recorded & Read<Event>, event);
    } catch (thrown) {
      // What it says cannot be: no writer that decides as we do has written it.
      this.#log.onUnknown(event, event.type, { kind: "invalid", message: (thrown as Error).message });
    }
  }

  /** Whether the state may be of a log that is no more. */
  get doubtful(): boolean {
    return this.#losses !== this.#log.losses() || performance.now() - this.#checkedAtMs > trustMs;
  }

  /** From now on, and unless a connection is lost. */
  trust(losses: number): void {
    this.#losses = losses;
    this.#checkedAtMs = performance.now();
  }

  /** Applies what the subject has beyond the state, or all of it when it is not as it was; true when the state is another. */
  async catchUp(signal: AbortSignal | undefined): Promise<boolean> {
    const stop = signal === undefined ? {} : { signal };
    const losses = this.#log.losses();
    const tail = await this.#log.tail(this.subject);
    const changed = tail?.revision !== this.end.revision || tail.id !== this.end.id;
    const known = this.end.revision === 0 || !changed || (await this.#stillThere(tail, signal));
    if (!known) this.#forget(tail);
    // Mostly one event is missing, and it has just been read.
    if (tail !== undefined && tail.revision > this.end.revision) {
      const { revision: to, id, event } = tail;
      const missing: AsyncIterable<Recorded> | Recorded[] =
        event?.previous === this.end.revision
          ? [event]
          : this.#log.read({ from: this.end.revision + 1, to, subject: this.subject, ...stop });
      for await (const recorded of missing) this.#take(recorded);
      this.end = { revision: to, id };
    }
    this.trust(known ? losses : this.#log.losses());
    return changed && (tail !== undefined || !known);
  }

  async #stillThere(tail: Tail | undefined, signal: AbortSignal | undefined): Promise<boolean> {
    if (tail === undefined || tail.revision <= this.end.revision) return false;
    return (await this.#log.idAt(this.end.revision, signal)) === this.end.id;
  }

  /** The event that was last is not on record any more: what was decided on it never was. */
  #forget(tail: Tail | undefined): void {
    const { subject } = this;
    const { revision: known } = this.end;
    const head = tail?.revision ?? 0;
    const message = `the log lost revision ${known} of ${subject}, whose last event is now ${head}`;
    this.state = this.decider.initial;
    this.revision = 0;
    this.id = "";
    this.end = { revision: 0, id: "" };
    this.#log.replaced(new LogReplaced(message, { known, head, common: 0 }));
  }
}

async function execute<State, Command, Event extends WeftEvent>(
  log: Log,
  held: Held<State, Command, Event>,
  command: Command,
  options: ExecuteOptions,
): Promise<Executed<State, Event>> {
  const { subject, decider } = held;
  let fresh = false;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    checkSignal(options.signal);
    if (held.doubtful) {
      await held.catchUp(options.signal);
      fresh = true;
    }
    const before = held.state;
    const decision = decider.decide(command, before);
    if (decision.kind === "refused" || decision.event === undefined) {
      // An answer without an event binds as much as one with: it holds only if the state is not out of date.
      if (!fresh && (await held.catchUp(options.signal))) continue;
      if (decision.kind === "refused") throw new WeftError(decision.code, decision.message, decision);
      await log.settle();
      return { state: held.state, before, revision: held.revision, id: held.id };
    }
    try {
      const appended = await log.append({
        ...options,
        subject,
        event: decision.event,
        expected: held.end.revision,
      });
      const event = readForm(decision.event);
      held.apply(event, appended);
      return { state: held.state, before, ...appended, event };
    } catch (error) {
      if (!(error instanceof WeftError) || error.code !== "ABORTED") throw error;
    }
    if (attempt > 0) await backoff(attempt, options.signal);
    await held.catchUp(options.signal);
  }
  throw new WeftError("ABORTED", `others kept writing ${subject}: gave up after ${maxAttempts} attempts`);
}
