import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { type Authenticator, connect, createInbox, type NatsConnection } from "@nats-io/transport-node";
import type { ConnectOptions } from "./connect-types.ts";
import type { Core } from "./core.ts";
import { isOlder, openDisk, syncingVersion } from "./disk.ts";
import { fromNats } from "./errors.ts";
import { openSigner, type Signer } from "./nkey.ts";
import { abortable, backoff } from "./retry.ts";
import { guardSockets } from "./socket-guard.ts";

/** Opens the connection that every part of the log works with. */
export async function openCore(options: ConnectOptions): Promise<Core> {
  const seed = options.seed?.trim();
  const signer = seed === undefined ? undefined : openSigner(seed);
  const prefix = signer === undefined ? "_INBOX" : `_INBOX.${signer.publicKey}`;
  const nats = await connectNats(options, signer, prefix);
  const listeners = { reconnect: new Set<() => void>(), disconnect: new Set<() => void>() };
  let losses = 0;
  listeners.disconnect.add(() => {
    losses += 1;
  });
  const watching = watchConnection(nats, listeners);
  const older = isOlder(nats.info?.version ?? "", syncingVersion);
  // A server has another id after each start.
  const server = () => nats.info?.server_id ?? "";
  const disk = options.store !== undefined && older ? openDisk(options.store, { server }) : undefined;
  return {
    nats,
    signer,
    manager: await jetstreamManager(nats, { checkAPI: false, timeout: 2_000 }),
    client: jetstream(nats),
    name: options.name,
    headCheckMs: options.headCheckMs ?? 1_000,
    inbox: () => createInbox(prefix),
    onReconnect: (listener) => listen(listeners.reconnect, listener),
    onDisconnect: (listener) => listen(listeners.disconnect, listener),
    losses: () => losses,
    disk,
    onReplaced: (error) => {
      losses += 1;
      options.onReplaced?.(error);
    },
    async close() {
      if (!nats.isClosed()) await nats.close();
      await watching;
      disk?.close();
    },
  };
}

/** Connects as the owner of the seed, with an inbox that nobody else may read; tries until the time is up. */
async function connectNats(
  options: ConnectOptions,
  signer: Signer | undefined,
  inboxPrefix: string,
): Promise<NatsConnection> {
  guardSockets();
  const deadline = performance.now() + (options.timeoutMs ?? 10_000);
  const authenticator = signer === undefined ? {} : { authenticator: authenticatorOf(signer) };
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
      // A server that is frozen, or behind a lost route, is noticed after three of these.
      pingInterval: 2_000,
    });
    try {
      return await abortable(connecting, options.signal);
    } catch (error) {
      connecting.then((late) => late.close()).catch(() => undefined);
      const failure = fromNats(error, `connecting to ${options.url}`);
      if (failure.code !== "UNAVAILABLE" || performance.now() > deadline) throw failure;
    }
    await backoff(attempt, options.signal);
  }
}

/** Signs what the server asks to be signed, each time anew. */
function authenticatorOf(signer: Signer): Authenticator {
  return (nonce) => ({
    nkey: signer.publicKey,
    sig: nonce ? Buffer.from(signer.sign(new TextEncoder().encode(nonce))).toString("base64") : "",
  });
}

type Listeners = Readonly<Record<"reconnect" | "disconnect", Set<() => void>>>;

function listen(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function watchConnection(nats: NatsConnection, listeners: Listeners): Promise<void> {
  for await (const { type } of nats.status()) {
    if (type === "reconnect" || type === "disconnect") for (const listener of listeners[type]) listener();
  }
}
