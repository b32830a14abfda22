import {
  type ServiceDefinition as GrpcDefinition,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Handlers, ServiceName } from "./api.ts";
import { addHealth, addReflection } from "./common-services.ts";
import { type ServiceDefinition, serviceDefinition } from "./definition.ts";
import { type AnyHandler, answer, messageLimitBytes } from "./handle.ts";
import { endSlowReaders } from "./slow-readers.ts";
import { type BoundSocket, bindSocket } from "./socket.ts";

/** What a server offers and where. */
export interface ServeOptions<S extends ServiceName> {
  readonly service: S;
  /** Path of the Unix socket; made with mode 0600. */
  readonly socket: string;
  readonly handlers: Handlers<S>;
  /** Server reflection (v1 and v1alpha); on by default. */
  readonly reflection?: boolean;
  /** Called with what a handler threw that is no refusal (code INTERNAL), for the log. */
  readonly onFault?: (fault: unknown, method: string) => void;
  /** How long a client may leave an answer unread before the call is ended; default 10,000. */
  readonly unreadMs?: number;
  /** Aborting closes the server. */
  readonly signal?: AbortSignal;
}

/** A running server. */
export interface RpcServer extends AsyncDisposable {
  readonly socket: string;
  /** What grpc.health.v1.Health says of the service and of the server as a whole; SERVING after `serve`. */
  setServing(serving: boolean): void;
  /** Takes no new calls, lets those under way finish for at most `graceMs` (2000), ends the rest as UNAVAILABLE, removes the socket. */
  close(graceMs?: number): Promise<void>;
}

const usualUnreadMs = 10_000;
/** What the answers to calls that were ended have to leave by. */
const farewellMs = 200;

/** Serves one service of the contract, with grpc.health.v1.Health and reflection, on a Unix socket. */
export async function serve<S extends ServiceName>(options: ServeOptions<S>): Promise<RpcServer> {
  options.signal?.throwIfAborted();
  const definition = serviceDefinition(options.service);
  // keepalive: a client that vanished without a word is noticed.
  const server = new Server({
    "grpc.keepalive_time_ms": 60_000,
    "grpc.keepalive_timeout_ms": 10_000,
    interceptors: [endSlowReaders(options.unreadMs ?? usualUnreadMs)],
    "grpc.max_receive_message_length": messageLimitBytes,
  });
  const ending = new AbortController();
  const methods = implementation(definition, options, ending.signal);
  server.addService(definition.methods as GrpcDefinition, methods);
  const setServing = addHealth(server, definition.fullName);
  if (options.reflection !== false) addReflection(server, definition.fullName);
  const bound = await bindSocket(options.socket, (path) => bind(server, path));
  setServing(true);

  let closing: Promise<void> | undefined;
  const close = (graceMs = 2000) => {
    closing ??= shutDown(server, bound, setServing, ending, graceMs);
    return closing;
  };
  options.signal?.addEventListener("abort", () => void close(), { once: true });
  return { socket: options.socket, setServing, close, [Symbol.asyncDispose]: () => close() };
}

function implementation<S extends ServiceName>(
  definition: ServiceDefinition,
  options: ServeOptions<S>,
  ending: AbortSignal,
): UntypedServiceImplementation {
  const methods = Object.entries(definition.methods).map(([name, { path }]) => {
    const handler: unknown = Reflect.get(options.handlers, name);
    if (typeof handler !== "function") throw new Error(`${definition.fullName} has no handler "${name}"`);
    const bound: AnyHandler = async (request, call) =>
      Reflect.apply(handler, options.handlers, [request, call]);
    return [name, answer(path, bound, options.onFault, ending)] as const;
  });
  return Object.fromEntries(methods);
}

function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
}

async function shutDown(
  server: Server,
  bound: BoundSocket,
  setServing: (serving: boolean) => void,
  ending: AbortController,
  graceMs: number,
): Promise<void> {
  setServing(false);
  await bound.remove();
  await new Promise<void>((resolve) => {
    const timers = [
      setTimeout(() => ending.abort(), graceMs),
      setTimeout(() => server.forceShutdown(), graceMs + farewellMs),
    ];
    server.tryShutdown(() => {
      for (const timer of timers) clearTimeout(timer);
      resolve();
    });
  });
}
