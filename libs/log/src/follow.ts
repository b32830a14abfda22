import type { Msg } from "@nats-io/transport-node";
import { WeftError } from "@weft/netaddr";
import { type Core, readHead } from "./core.ts";
import { readOrPass } from "./envelope.ts";
import { fromNats } from "./errors.ts";
import { Mailbox } from "./mailbox.ts";
import { type Delivered, pull } from "./pull.ts";
import { fromDelivered } from "./read.ts";
import { backoff, checkSignal } from "./retry.ts";
import { liveRoot, logStream } from "./streams.ts";
import { logRoot, subjectMatches } from "./subjects.ts";
import type { FollowRequest, Recorded } from "./types.ts";

/** Live events a slow follower may have waiting; beyond, they are dropped and read from the stream later. */
const liveCapacity = 8_192;

/** Where a follower's events come from; tests put one in between that loses some. */
export type FollowSource = {
  readonly headCheckMs: number;
  head(signal: AbortSignal | undefined): Promise<number>;
  replay(from: number, to: number, subject?: string, signal?: AbortSignal): AsyncIterable<Delivered[]>;
  /** Hands every live message to the callback until the returned function is called. */
  listen(onMessage: (message: Msg) => void, onError: (error: WeftError) => void): () => void;
  onReconnect(listener: () => void): () => void;
  isClosed(): boolean;
};

/** The source that is the log itself. */
export function logSource(core: Core): FollowSource {
  return {
    headCheckMs: core.headCheckMs,
    head: (signal) => readHead(core, signal),
    replay: (from, to, subject, signal) => pull(core, { stream: logStream, from, to, subject }, signal),
    listen(onMessage, onError) {
      const subscription = core.nats.subscribe(`${liveRoot}.>`, {
        callback: (error, message) =>
          error === null ? onMessage(message) : onError(fromNats(error, "following")),
      });
      return () => subscription.unsubscribe();
    },
    onReconnect: core.onReconnect,
    isClosed: () => core.nats.isClosed(),
  };
}

/**
 * Every event from a revision on, once and in order. The stream's sequence has no holes, so a live message that is
 * not the next one shows a loss, and what is missing is read from the stream. A loss after which nothing more comes
 * is found by asking for the head: when quiet, after each reconnection, and after an overflow.
 */
export async function* follow(source: FollowSource, request: FollowRequest): AsyncGenerator<Recorded> {
  const { subject, signal, onUnknown } = request;
  const live = new Mailbox<Delivered>(liveCapacity);
  const stops = [
    source.listen(
      (message) => {
        if (isRepublished(message)) live.put({ message, revision: revisionOf(message) });
      },
      (error) => live.fail(error),
    ),
    source.onReconnect(() => live.nudge()),
  ];
  let next = Math.max(request.from ?? 1, 1);
  let told = -1;
  try {
    for (;;) {
      const head = await patiently(source, () => source.head(signal), signal);
      if (head < next - 1) throw shrunk(head, next);
      for await (const batch of replay(source, next, head, subject, signal)) {
        for (const delivered of batch) yield* one(fromDelivered(delivered, onUnknown), signal);
      }
      next = Math.max(next, head + 1);
      live.takeOverflow();
      do {
        for (const { message, revision } of live.take()) {
          if (revision < next || !Number.isSafeInteger(revision)) continue;
          for await (const batch of replay(source, next, revision - 1, subject, signal)) {
            for (const delivered of batch) yield* one(fromDelivered(delivered, onUnknown), signal);
          }
          next = revision + 1;
          const original = originalOf(message);
          if (subject !== undefined && !subjectMatches(subject, original)) continue;
          yield* one(readOrPass(original, revision, message.headers, message.data, onUnknown), signal);
        }
        if (told !== next - 1) request.onCaughtUp?.(next - 1);
        told = next - 1;
      } while (!live.takeOverflow() && (await live.wait(source.headCheckMs, signal)));
    }
  } catch (error) {
    // Being told to stop is how following ends.
    if (signal?.aborted !== true) throw error;
  } finally {
    for (const stop of stops) stop();
  }
}

function* one(recorded: Recorded | undefined, signal: AbortSignal | undefined): Generator<Recorded> {
  checkSignal(signal);
  if (recorded !== undefined) yield recorded;
}

/** Reads a part of the stream however long it takes to reach the server again. */
async function* replay(
  source: FollowSource,
  from: number,
  to: number,
  subject: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Delivered[]> {
  let next = from;
  for (let failures = 0; next <= to; ) {
    try {
      for await (const batch of source.replay(next, to, subject, signal)) {
        next = (batch.at(-1)?.revision ?? next) + 1;
        failures = 0;
        yield batch;
      }
      return;
    } catch (error) {
      await pauseIfUnavailable(source, error, failures, signal);
      failures += 1;
    }
  }
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

function shrunk(head: number, next: number): WeftError {
  const message = `the log ends at revision ${head}, but ${next - 1} has been seen: it was replaced or has lost events`;
  return new WeftError("FAILED_PRECONDITION", message);
}
