import type { JetStreamClient, JetStreamManager, StoredMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { WeftError } from "@weft/netaddr";
import type { Disk } from "./disk.ts";
import { readOrPass } from "./envelope.ts";
import { fromNats } from "./errors.ts";
import { idOf } from "./mark.ts";
import type { Signer } from "./nkey.ts";
import type { LogReplaced, Look } from "./replaced.ts";
import { abortable, backoff } from "./retry.ts";
import { logStream } from "./streams.ts";
import type { Tail } from "./types.ts";

/** What every part of the log works with. */
export type Core = {
  readonly nats: NatsConnection;
  readonly signer: Signer | undefined;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly name: string;
  readonly headCheckMs: number;
  /** A new subject below this user's own inbox. */
  inbox(): string;
  /** Calls back after every reconnection until the returned function is called. */
  onReconnect(listener: () => void): () => void;
  /** Calls back whenever the connection is lost until the returned function is called. */
  onDisconnect(listener: () => void): () => void;
  /** How often the connection was lost. */
  losses(): number;
  /** Makes what has been acknowledged outlast a power cut; undefined where the server does. */
  readonly disk: Disk | undefined;
  /** Tells that what was read is not in the log any more. */
  onReplaced(error: LogReplaced): void;
  close(): Promise<void>;
};

type Query =
  | { readonly last_by_subj: string }
  | { readonly seq: number }
  | { readonly seq: number; readonly next_by_subj: string };

/** How long a question is asked again and again before the answer is UNAVAILABLE. */
const patienceMs = 10_000;

/**
 * The answer to one request, or UNAVAILABLE as soon as the connection was lost and is there again: what was asked on
 * the old one will not be answered.
 */
export function onThisConnection<T>(core: Core, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const unwatch = core.onReconnect(() => reject(new WeftError("UNAVAILABLE", "the connection was lost")));
    work.then(resolve, reject).finally(unwatch);
  });
}

/** Asks a question that may be asked twice, until it is answered. */
export async function ask<T>(
  core: Core,
  doing: string,
  question: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let attempt = 3; ; attempt += 1) {
    try {
      return await abortable(onThisConnection(core, question()), signal);
    } catch (error) {
      const failure = fromNats(error, doing);
      if (failure.code !== "UNAVAILABLE" || core.nats.isClosed() || performance.now() > deadline)
        throw failure;
    }
    await backoff(attempt, signal);
  }
}

/** Asks the stream's leader for one message: never stale, unlike a direct get, which a replica may answer. */
export async function getStored(
  core: Core,
  stream: string,
  query: Query,
  signal?: AbortSignal,
): Promise<StoredMsg | undefined> {
  const found = await ask(
    core,
    `reading ${stream}`,
    () => core.manager.streams.getMessage(stream, query),
    signal,
  );
  return found ?? undefined;
}

/** The end of a subject. */
export async function readTail(core: Core, subject: string, signal?: AbortSignal): Promise<Tail | undefined> {
  return stored(await getStored(core, logStream, { last_by_subj: subject }, signal));
}

/** What is on a subject first, at or after a revision. */
export async function readNext(
  core: Core,
  subject: string,
  from: number,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly revision: number } | undefined> {
  const message = await getStored(core, logStream, { seq: from, next_by_subj: subject }, signal);
  return message && { id: idOf(message.header, message.data), revision: message.seq };
}

function stored(message: StoredMsg | undefined): Tail | undefined {
  if (message === undefined) return undefined;
  const { subject, seq: revision, header, data } = message;
  const event = readOrPass(subject, revision, header, data);
  return { revision, id: idOf(header, data), ...(event && { event }) };
}

/** Id of the event at a revision; "" when there is none. */
export async function readId(core: Core, revision: number, signal?: AbortSignal): Promise<string> {
  const found = revision < 1 ? undefined : await getStored(core, logStream, { seq: revision }, signal);
  return found === undefined ? "" : idOf(found.header, found.data);
}

/** The state of the log: its head and what is missing below it. */
export async function readLook(core: Core, signal?: AbortSignal): Promise<Look> {
  const { created, state } = await ask(
    core,
    "reading the head of the log",
    () => core.manager.streams.info(logStream),
    signal,
  );
  const { last_seq: head, last_ts: time, messages } = state;
  // What nats-server 2.9 makes of damage in the head of an event.
  if (!Number.isSafeInteger(head)) {
    const message = `the log is damaged: its server says that it ends at revision ${head}`;
    throw new WeftError("FAILED_PRECONDITION", message, { expected: "a backup to be restored" });
  }
  return { head, missing: head - messages, stamp: `${created} ${head} ${messages} ${time}` };
}
