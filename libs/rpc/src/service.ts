// What all services have in common as processes: environment, telemetry, log, health, an orderly end.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectLog, type Log, type OnUnknown } from "@weft/log";
import { isShortage, isWeftError, WeftError } from "@weft/netaddr";
import { logger, startTelemetry } from "@weft/telemetry";
import type { z } from "zod";
import type { Handlers, ServiceName } from "./api.ts";
import { refuseStart, type serviceEnvironment } from "./environment.ts";
import { followConnection } from "./follow-connection.ts";
import { type RpcServer, serve } from "./serve.ts";

export {
  environmentReader,
  filled,
  readOwnEnvironment,
  serviceEnvironment,
  type Variables,
  wholeMs,
} from "./environment.ts";

/** Which process this is. */
interface ServiceOptions {
  /** "identity", "ipam" ...: names its socket, its logger and what it writes. */
  readonly name: string;
  /** Host that the process belongs to. */
  readonly host?: string;
  readonly environment: z.infer<typeof serviceEnvironment>;
}

/** What a service is given to start with. */
interface ServiceParts {
  readonly log: Log;
  readonly say: ReturnType<typeof logger>;
  /** Path of the socket to serve on. */
  readonly socket: string;
  /** Aborted when the process is told to end. */
  readonly signal: AbortSignal;
  /** Serves at the socket; faults go to the log of the process. */
  serve<S extends ServiceName>(service: S, handlers: Handlers<S>): Promise<RpcServer>;
}

/** A service that answers; disposing ends it in order. */
type RunningService = Pick<RpcServer, "socket" | "setServing"> & AsyncDisposable;

/**
 * Runs a service until SIGTERM or SIGINT: says `ready` as a JSON line once `start` has returned, with what `about` says of
 * it; health follows the connection to NATS; at the end the server closes first, then spans leave, then the log.
 */
export async function runService<Running extends RunningService>(
  options: ServiceOptions,
  start: (parts: ServiceParts) => Promise<Running>,
  about: (running: Running) => object = () => ({}),
): Promise<never> {
  await untilStopped(options, start, about).catch((error: unknown) => refuseStart(options.name, error));
  // What still waits for somebody else, such as a collector that does not answer, keeps no process alive.
  return process.exit();
}

async function untilStopped<Running extends RunningService>(
  options: ServiceOptions,
  start: (parts: ServiceParts) => Promise<Running>,
  about: (running: Running) => object,
): Promise<void> {
  const { name, host, environment } = options;
  const say = host === undefined ? logger(name) : logger(name).child({ host });
  const onLost = (reason: string) => say.warn({ reason }, "traces are not exported");
  await using telemetry = startTelemetry({ service: name, onLost, ...(host === undefined ? {} : { host }) });
  const stop = new AbortController();
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        stop.abort();
        resolve(signal);
      });
    }
  });
  const place = host === undefined ? name : `${name}-${host}`;
  const socket = environment.WEFT_SOCKET ?? join(environment.WEFT_STATE, "sockets", `${place}.sock`);
  try {
    await using log = await openLog(options, say, stop.signal);
    void telemetry.publishTo((traceId, spans) => log.publishTrace(traceId, spans));
    const onFault = (fault: unknown, method: string) => say.error({ err: fault, method }, "fault");
    await using running = await start({
      log,
      say,
      socket,
      signal: stop.signal,
      serve: (service, handlers) => serve({ service, socket, handlers, onFault }),
    });
    void followConnection(running, log.nats);
    const letEnd = carryOn(say);
    const startupMs = Math.round(performance.now() - (environment.WEFT_TOLD_MS ?? 0));
    say.info({ socket: running.socket, ...about(running), startupMs }, "ready");
    say.info({ reason: await stopped }, "stopping");
    letEnd();
    // Before the log closes, which the last spans leave by.
    await running[Symbol.asyncDispose]();
    await telemetry.flush();
  } catch (error) {
    if (!stop.signal.aborted) throw error; // Else it was told to end before it had begun.
  }
}

/**
 * A fault that nobody caught is told. A full or broken disk does not end a service that has started: it would fail again in the same
 * way. Anything else leaves nobody knows what behind, so it ends the process, which is then started again. After what this
 * gives was called, every fault does.
 */
function carryOn(say: ReturnType<typeof logger>): () => void {
  const tell = (err: Error, origin: string): void => {
    say.error({ err, origin }, "nobody caught this fault");
    if (!isShortage(err)) process.exit(1);
  };
  process.on("uncaughtException", tell);
  return () => process.off("uncaughtException", tell);
}

async function openLog(
  { name, host, environment }: ServiceOptions,
  say: ServiceParts["say"],
  signal: AbortSignal,
): Promise<Log> {
  const { WEFT_NATS_URL: url, WEFT_NATS_SEED_FILE: file } = environment;
  const seed = file === undefined ? {} : { seed: await readSeed(file) };
  const source = host === undefined ? `weft/${name}` : `weft/${name}/${host}`;
  const store = environment.WEFT_NATS_STORE === undefined ? {} : { store: environment.WEFT_NATS_STORE };
  const onReplaced = (error: Error) => say.error({ err: error }, "the log is not the one that was read");
  try {
    return await connectLog({
      url,
      name: source,
      ...seed,
      ...store,
      onReplaced,
      onUnknown: tellOnce(say),
      signal,
    });
  } catch (error) {
    if (file === undefined || !isWeftError(error, "INVALID_ARGUMENT") || error.field !== "seed") throw error;
    throw seedRefused(file, error.message, error);
  }
}

async function readSeed(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw seedRefused(file, error instanceof Error ? error.message : String(error), error);
  });
  return text.trim();
}

function seedRefused(file: string, message: string, cause: unknown): WeftError {
  return new WeftError("INVALID_ARGUMENT", `${file}: ${message}`, {
    field: "WEFT_NATS_SEED_FILE",
    expected: "a file with a user's seed, SU...",
    cause,
  });
}

/** Revisions that are remembered as told, so that reading a subject again does not tell again. */
const toldMost = 1024;

function tellOnce(say: ReturnType<typeof logger>): OnUnknown {
  const told = new Set<number>();
  return ({ revision, subject, source }, type, { kind, message }) => {
    if (told.has(revision)) return;
    if (told.size >= toldMost) told.clear();
    told.add(revision);
    say.warn({ revision, subject, source, type, kind, message }, "what is on record has no effect");
  };
}
