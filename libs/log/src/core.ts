import type { JetStreamClient, JetStreamManager, StoredMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { readRecorded } from "./envelope.ts";
import { fromNats } from "./errors.ts";
import { abortable } from "./retry.ts";
import { logStream } from "./streams.ts";
import type { OnUnknown, Recorded } from "./types.ts";

/** What every part of the log works with. */
export type Core = {
  readonly nats: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly name: string;
  readonly headCheckMs: number;
  /** A new subject below this user's own inbox. */
  inbox(): string;
  /** Calls back after every reconnection until the returned function is called. */
  onReconnect(listener: () => void): () => void;
};

type Query =
  | { readonly last_by_subj: string }
  | { readonly seq: number }
  | { readonly seq: number; readonly next_by_subj: string };

/** Asks the stream's leader for one message: never stale, unlike a direct get, which a replica may answer. */
export async function getStored(
  core: Core,
  stream: string,
  query: Query,
  signal?: AbortSignal,
): Promise<StoredMsg | undefined> {
  try {
    return (await abortable(core.manager.streams.getMessage(stream, query), signal)) ?? undefined;
  } catch (error) {
    throw fromNats(error, `reading ${stream}`);
  }
}

/** The last event of a subject. */
export async function readLast(
  core: Core,
  subject: string,
  signal?: AbortSignal,
): Promise<Recorded | undefined> {
  return stored(await getStored(core, logStream, { last_by_subj: subject }, signal));
}

/** The first event of a subject at or after a revision. */
export async function readNext(
  core: Core,
  subject: string,
  from: number,
  signal?: AbortSignal,
): Promise<Recorded | undefined> {
  return stored(await getStored(core, logStream, { seq: from, next_by_subj: subject }, signal));
}

/** An event out of a stored message. */
export function stored(message: StoredMsg | undefined, onUnknown?: OnUnknown): Recorded | undefined {
  if (message === undefined) return undefined;
  return readRecorded(message.subject, message.seq, message.header, message.data, onUnknown);
}

/** Revision of the last event; 0 when there is none. */
export async function readHead(core: Core, signal?: AbortSignal): Promise<number> {
  try {
    return (await abortable(core.manager.streams.info(logStream), signal)).state.last_seq;
  } catch (error) {
    throw fromNats(error, "reading the head of the log");
  }
}
