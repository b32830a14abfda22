import type { Msg } from "@nats-io/transport-node";
import { WeftError } from "@weft/netaddr";
import { type Core, readId, readLook } from "./core.ts";
import { readOrPass } from "./envelope.ts";
import { fromNats } from "./errors.ts";
import { Mailbox } from "./mailbox.ts";
import { idOf, Trail } from "./mark.ts";
import { type Delivered, pull } from "./pull.ts";
import { fromDelivered } from "./read.ts";
import { type Checkable, check, LogReplaced } from "./replaced.ts";
import { backoff, checkSignal } from "./retry.ts";
import { liveRoot, logStream } from "./streams.ts";
import { logRoot, subjectMatches } from "./subjects.ts";
import type { FollowRequest, Recorded } from "./types.ts";

/** Live events a slow follower may have waiting; beyond, they are dropped and read from the stream later. */
const liveCapacity = 8_192;

/** Where a follower's events come from; tests put one in between that loses some. */
export type FollowSource = Checkable & {
  readonly headCheckMs: number;
  replay(from: number, to: number, subject?: string, signal?: AbortSignal): AsyncIterable<Delivered[]>;
  /** Hands every live message to the callback until the returned function is called. */
  listen(onMessage: (message: Msg) => void, onError: (error: WeftError) => void): () => void;
  onDisconnect(listener: () => void): () => void;
  onReplaced(error: LogReplaced): void;
  isClosed(): boolean;
};

/** The source that is the log itself. */
export function logSource(core: Core): FollowSource {
  return {
    headCheckMs: core.headCheckMs,
    look: (signal) => readLook(core, signal),
    idAt: (revision, signal) => readId(core, revision, signal),
    replay: (from, to, subject, signal) => pull(core, { stream: logStream, from, to, subject }, signal),
    listen(onMessage, onError) {
      const subscription = core.nats.subscribe(`${liveRoot}.>`, {
        callback: (error, message) =>
          error === null ? onMessage(message) : onError(fromNats(error, "following")),
      });
      return () => subscription.unsubscribe();
    },
    onDisconnect: core.onDisconnect,
    onReplaced: core.onReplaced,
    isClosed: () => core.nats.isClosed(),
  };
}

/**
 * Every event from a revision on, once and in order. A live message that is not the next one shows a loss, and what is
 * missing is read from the stream. A loss after which nothing more comes is found by asking for the head: when quiet,
 * after a connection was lost, and after an overflow. Each time, and at least as often when busy, the log is asked
 * whether it still has what was read: else `LogReplaced` is thrown.
 */
export function follow(source: FollowSource, request: FollowRequest): AsyncGenerator<Recorded> {
  return new Follower(source, request).run();
}

class Follower {
  readonly #source: FollowSource;
  readonly #request: FollowRequest;
  readonly #trail: Trail;
  readonly #live = new Mailbox<Delivered>(liveCapacity);
  #next: number;
  /** Whether something happened that only the log can tell about. */
  #doubt = true;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #told = -1;

  constructor(source: FollowSource, request: FollowRequest) {
    this.#source = source;
    this.#request = request;
    this.#trail = request.trail ?? new Trail();
    this.#next = Math.max(request.from ?? this.#trail.revision + 1, 1);
  }

  async *run(): AsyncGenerator<Recorded> {
    const source = this.#source;
    const { signal } = this.#request;
    const live = this.#live;
    const stops = [
      source.listen(
        (message) => {
          if (isRepublished(message)) live.put({ message, revision: revisionOf(message) });
        },
        (error) => live.fail(error),
      ),
      source.onDisconnect(() => this.#suspect()),
    ];
    try {
      for (;;) {
        yield* this.#catchUp();
        live.takeOverflow();
        do {
          if (performance.now() - this.#checkedAtMs > source.headCheckMs) this.#doubt = true;
          for (const delivered of live.take()) yield* this.#take(delivered);
          if (this.#doubt) await this.#check();
          if (this.#told !== this.#next - 1) this.#request.onCaughtUp?.(this.#next - 1);
          this.#told = this.#next - 1;
        } while (!live.takeOverflow() && (await live.wait(source.headCheckMs, signal)));
      }
    } catch (error) {
      if (error instanceof LogReplaced) source.onReplaced(error);
      // Being told to stop is how following ends.
      if (signal?.aborted !== true) throw error;
    } finally {
      for (const stop of stops) stop();
    }
  }

  #suspect(): void {
    this.#doubt = true;
    this.#live.nudge();
  }

  /** Asks the log, however long it takes to reach it, whether it is the one that was followed; answers its head. */
  async #check(): Promise<number> {
    const { signal, onChecked } = this.#request;
    const head = await patiently(
      this.#source,
      async () => {
        // What happens from here on is not covered by the answer.
        this.#doubt = false;
        const found = await check(this.#source, this.#trail, signal);
        const seen = this.#next - 1;
        if (found < seen) throw shrunk(found, seen);
        // Who begins in the middle, or sees some subjects only, has not seen the event at this place.
        if (this.#trail.revision < seen) this.#trail.pass(seen, await this.#source.idAt(seen, signal));
        return found;
      },
      signal,
    );
    this.#checkedAtMs = performance.now();
    onChecked?.();
    return head;
  }

  /** What the stream has beyond what was seen. */
  async *#catchUp(): AsyncGenerator<Recorded> {
    const { signal, subject } = this.#request;
    let head = await this.#check();
    if (subject === undefined) yield* this.#replay(head);
    else {
      // A filter does not let the event at the head through: it is asked for, and again whether it is of this log.
      const id = await patiently(this.#source, () => this.#source.idAt(head, signal), signal);
      head = Math.min(head, await this.#check());
      yield* this.#replay(head);
      this.#trail.pass(head, id);
    }
    this.#next = Math.max(this.#next, head + 1);
  }

  /** One live message, and before it what was lost on the way. */
  async *#take({ message, revision }: Delivered): AsyncGenerator<Recorded> {
    if (!Number.isSafeInteger(revision)) return;
    const { subject, signal, onUnknown } = this.#request;
    const id = idOf(message.headers, message.data);
    if (revision < this.#next) {
      // Mostly it was read from the stream a moment ago. Another event at this place is news of another log.
      if (this.#trail.idAt(revision) !== id) this.#doubt = true;
      return;
    }
    if (this.#doubt) await this.#check();
    yield* this.#replay(revision - 1);
    this.#next = revision + 1;
    this.#trail.pass(revision, id);
    const original = originalOf(message);
    if (subject !== undefined && !subjectMatches(subject, original)) return;
    yield* one(readOrPass(original, revision, message.headers, message.data, onUnknown), signal);
  }

  /** What the stream has up to a revision, however long it takes to reach the server again. */
  async *#replay(to: number): AsyncGenerator<Recorded> {
    const { subject, signal, onUnknown } = this.#request;
    for (let failures = 0; this.#next <= to; ) {
      try {
        for await (const batch of this.#source.replay(this.#next, to, subject, signal)) {
          failures = 0;
          // It may have been read from another log, after the connection was lost.
          if (this.#doubt) await this.#check();
          for (const delivered of batch) {
            const { message, revision } = delivered;
            this.#next = revision + 1;
            this.#trail.pass(revision, idOf(message.headers, message.data));
            yield* one(fromDelivered(delivered, onUnknown), signal);
          }
        }
        return;
      } catch (error) {
        await pauseIfUnavailable(this.#source, error, failures, signal);
        failures += 1;
        await this.#check();
      }
    }
  }
}

function* one(recorded: Recorded | undefined, signal: AbortSignal | undefined): Generator<Recorded> {
  checkSignal(signal);
  if (recorded !== undefined) yield recorded;
}

async function patiently<T>(source: FollowSource, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      await pauseIfUnavailable(source, error, failures, signal);
    }
  }
}

async function pauseIfUnavailable(
  source: FollowSource,
  error: unknown,
  failures: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!(error instanceof WeftError) || error.code !== "UNAVAILABLE" || source.isClosed()) throw error;
  await backoff(failures + 3, signal);
}

/** The server appends its own header after whatever the writer sent, so the last one counts. */
function revisionOf(message: Msg): number {
  return Number(message.headers?.last("Nats-Sequence") || Number.NaN);
}

function originalOf(message: Msg): string {
  return `${logRoot}${message.subject.slice(liveRoot.length)}`;
}

/**
 * Whether the server has republished this from the stream. Nobody may publish below `weft.live`, but who may read may aim
 * a push consumer there: what it delivers bears the subject it was stored under, and a reply subject to acknowledge it.
 */
function isRepublished(message: Msg): boolean {
  if (!message.subject.startsWith(`${liveRoot}.`) || message.reply) return false;
  const { headers } = message;
  return headers?.last("Nats-Stream") === logStream && headers.last("Nats-Subject") === originalOf(message);
}

function shrunk(head: number, known: number): LogReplaced {
  const message = `the log ends at revision ${head}, but ${known} has been seen: it was replaced or has lost events`;
  return new LogReplaced(message, { known, head, common: 0 });
}
