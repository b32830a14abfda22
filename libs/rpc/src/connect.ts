import { Client as Channel, type ChannelOptions, credentials, Metadata } from "@grpc/grpc-js";
import { WeftError } from "@weft/netaddr";
import { injectHeaders, SpanKind, withSpan } from "@weft/telemetry";
import type { CallOptions, Client, ServiceName } from "./api.ts";
import { causeHeader } from "./cause.ts";
import { type MethodDefinition, serviceDefinition } from "./definition.ts";
import { fromServiceError } from "./errors.ts";
import { actorHeader, messageLimitBytes } from "./handle.ts";

/** What holds for all calls of a client. */
export interface ConnectOptions {
  /** Who asks, e.g. "cli:root" or "loader/h1". */
  readonly actor?: string;
  /** 10,000 by default. */
  readonly deadlineMs?: number;
}

/** The only method whose repetition could do more than the first call: without an id, every Attach makes a container. */
const notIdempotent = new Set(["/weft.v1.Loader/Attach"]);

/**
 * A typed client of a service at the path of a Unix socket (or any gRPC target). Connects on the first call, and again
 * after the service restarts: calls wait for it until their deadline, and a call whose connection broke is sent again when
 * the method is idempotent. Failures are `WeftError`s as the handler threw them.
 */
export function connect<S extends ServiceName>(
  service: S,
  address: string,
  options: ConnectOptions = {},
): Client<S> {
  const definition = serviceDefinition(service);
  const target = address.startsWith("/") ? `unix:${address}` : address;
  const channel = new Channel(target, credentials.createInsecure(), channelOptions(definition.methods));
  const methods = Object.entries(definition.methods).map(([name, method]) => {
    return [
      name,
      (request: object, call: CallOptions = {}) => invoke(channel, method, request, { ...options, ...call }),
    ];
  });
  const close = () => channel.close();
  // The methods come from the same descriptor set that the type was generated from.
  return { ...Object.fromEntries(methods), close, [Symbol.dispose]: close } as Client<S>;
}

function invoke(
  channel: Channel,
  method: MethodDefinition,
  request: object,
  options: CallOptions,
): Promise<object> {
  const attributes = { "rpc.system.name": "grpc", "rpc.method": method.path.slice(1) };
  const run = () => send(channel, method, request, options);
  return withSpan(method.path.slice(1), attributes, run, { kind: SpanKind.CLIENT });
}

function send(
  channel: Channel,
  method: MethodDefinition,
  request: object,
  options: CallOptions,
): Promise<object> {
  const { signal, actor, cause, deadlineMs = 10_000 } = options;
  const metadata = new Metadata({ waitForReady: true });
  injectHeaders(metadata);
  if (actor !== undefined) metadata.set(actorHeader, headerText(actor));
  if (cause !== undefined) metadata.set(causeHeader, headerText(cause));
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled(method, signal));
    const onAbort = () => call.cancel();
    const call = channel.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata,
      { deadline: Date.now() + deadlineMs },
      (error, response) => {
        signal?.removeEventListener("abort", onAbort);
        if (response !== undefined && error === null) return resolve(response);
        if (signal?.aborted) return reject(cancelled(method, signal));
        if (error === null)
          return reject(new WeftError("INTERNAL", `${method.path}: no answer and no error`));
        return reject(fromServiceError(error, method.path));
      },
    );
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Metadata is printable ASCII; the rest of a name is escaped as in a URI. */
function headerText(text: string): string {
  return text.toWellFormed().replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}

function cancelled(method: MethodDefinition, signal: AbortSignal): WeftError {
  return new WeftError("CANCELLED", `${method.path}: given up by the caller`, { cause: signal.reason });
}

function channelOptions(methods: Readonly<Record<string, MethodDefinition>>): ChannelOptions {
  const repeatable = Object.values(methods).filter(({ path }) => !notIdempotent.has(path));
  const names = repeatable.map(({ path }) => {
    const [, service, method] = path.split("/");
    return { service, method };
  });
  const retryPolicy = {
    maxAttempts: 5,
    initialBackoff: "0.05s",
    maxBackoff: "0.25s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["UNAVAILABLE"],
  };
  return {
    "grpc.initial_reconnect_backoff_ms": 50,
    // To try a socket of this machine costs next to nothing; to come late costs whoever waits.
    "grpc.max_reconnect_backoff_ms": 250,
    "grpc.max_receive_message_length": messageLimitBytes,
    "grpc.default_authority": "localhost",
    // One connection of its own: closing one client never touches another's.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.service_config": JSON.stringify({ methodConfig: [{ name: names, retryPolicy }] }),
  };
}
