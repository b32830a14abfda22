import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, createInbox, type NatsConnection, nkeyAuthenticator } from "@nats-io/transport-node";
import { append } from "./append.ts";
import type { ConnectOptions } from "./connect-types.ts";
import { type Core, readHead, readLast } from "./core.ts";
import { fromNats } from "./errors.ts";
import { follow, logSource } from "./follow.ts";
import { revisionAt } from "./history.ts";
import { openSigner } from "./nkey.ts";
import { openObjects } from "./objects.ts";
import { read } from "./read.ts";
import { abortable, backoff } from "./retry.ts";
import { ensureStreams } from "./streams.ts";
import { publishTrace, readTrace } from "./traces.ts";
import type { Log } from "./types.ts";

/** Opens the log. UNAVAILABLE when nobody answers in time, PERMISSION_DENIED when the server refuses the seed. */
export async function connectLog(options: ConnectOptions): Promise<Log> {
  const seed = options.seed?.trim();
  const signer = seed === undefined ? undefined : openSigner(seed);
  const prefix = signer === undefined ? "_INBOX" : `_INBOX.${signer.publicKey}`;
  const nats = await connectNats(options, seed, prefix);
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const listeners = new Set<() => void>();
  const watching = watchReconnects(nats, listeners);
  const core: Core = {
    nats,
    manager,
    client: jetstream(nats),
    name: options.name,
    headCheckMs: options.headCheckMs ?? 1_000,
    inbox: () => createInbox(prefix),
    onReconnect(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const close = async () => {
    if (!nats.isClosed()) await nats.close();
    await watching;
  };
  return {
    nats,
    signer,
    name: options.name,
    append: (request) => append(core, request),
    read: (request = {}) => read(core, request),
    last: (subject) => readLast(core, subject),
    follow: (request = {}) => follow(logSource(core), request),
    head: () => readHead(core),
    revisionAt: (time) => revisionAt(core, time),
    objects: (bucket) => openObjects(core, bucket),
    publishTrace: (traceId, spans) => publishTrace(core, traceId, spans),
    readTrace: (traceId) => readTrace(core, traceId),
    ensure: () =>
      ensureStreams(manager).catch((error: unknown) =>
        Promise.reject(fromNats(error, "creating the streams")),
      ),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Connects as the owner of the seed, with an inbox that nobody else may read; tries until the time is up. */
async function connectNats(
  options: ConnectOptions,
  seed: string | undefined,
  inboxPrefix: string,
): Promise<NatsConnection> {
  const deadline = Date.now() + (options.timeoutMs ?? 10_000);
  const authenticator =
    seed === undefined ? {} : { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) };
  for (let attempt = 4; ; attempt += 1) {
    const connecting = connect({
      ...authenticator,
      inboxPrefix,
      servers: options.url.split(","),
      name: options.name,
      timeout: 2_000,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      reconnectJitter: 50,
      // A server that has lost its users for a moment (reload, restart) is no reason to stop for ever.
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
      pingInterval: 10_000,
    });
    try {
      return await abortable(connecting, options.signal);
    } catch (error) {
      connecting.then((late) => late.close()).catch(() => undefined);
      const failure = fromNats(error, `connecting to ${options.url}`);
      if (failure.code !== "UNAVAILABLE" || Date.now() > deadline) throw failure;
    }
    await backoff(attempt, options.signal);
  }
}

async function watchReconnects(nats: NatsConnection, listeners: ReadonlySet<() => void>): Promise<void> {
  for await (const status of nats.status()) {
    if (status.type === "reconnect") for (const listener of listeners) listener();
  }
}
