import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { errnoOf, isWeftError, WeftError } from "@weft/netaddr";
import { connectLog } from "./connect.ts";
import { isOlder, syncingVersion } from "./disk.ts";
import { Trail } from "./mark.ts";
import { abortable, pause } from "./retry.ts";
import { ensureSeed, serverPaths, writeServerConfig, writeServerFile } from "./server-config.ts";
import { logStream } from "./streams.ts";

export * from "./authority.ts";
export { ensureSeed, serverPaths, writeServerConfig } from "./server-config.ts";
export { openServerProbe, type ServerAnswer, type ServerProbe } from "./server-probe.ts";

/** Where the embedded nats-server lives and who may use it. */
type ServerOptions = {
  /** Everything of the server: `nats.conf`, `nats.pid`, `nats.log`, `seeds/<user>.seed` (0600), `store/`. */
  readonly directory: string;
  /** Hosts whose loaders get a user; those of earlier starts are kept. */
  readonly hosts?: readonly string[];
  /** TCP port on loopback; default: that of the last start, or a free one when there was none or somebody took it. */
  readonly port?: number;
  /** The nats-server program; default: what WEFT_NATS_SERVER names, else `nats-server` from the PATH. */
  readonly program?: string;
  /** "always": what is acknowledged is on disk, by the server or, before 2.10, by its writers. Default "interval": in minutes. */
  readonly sync?: "always" | "interval";
  /** True: the server outlives this process (stop it with `stopServer`). */
  readonly detached?: boolean;
  /** Environment of the server; default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
};

/** A running embedded nats-server. */
interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  /** With `sync: "always"`, for `ConnectOptions.store` of who writes. */
  readonly store: string | undefined;
  /** Seed of a user, and the 0600 file that holds it. */
  seed(user: string): string;
  seedFile(user: string): string;
  /** Gives a new host's loader its user, without a restart. */
  addHost(host: string): Promise<void>;
  /** Ends the server; by default orderly (SIGTERM), SIGKILL after 5 s. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** How long a start, a reload or an orderly stop may take. */
const deadlineMs = 10_000;

/** Starts the embedded server and creates the streams; returns when it is ready. A running one is joined. */
export async function startServer(options: ServerOptions): Promise<NatsServer> {
  const { directory } = options;
  const paths = serverPaths(directory);
  const running = runningServer(directory);
  const port = options.port ?? (await usualPort(directory, running !== undefined)) ?? (await freePort());
  const syncs = options.sync === "always" && !isOlder(versionOf(programOf(options)), syncingVersion);
  writeServerConfig(directory, { port, hosts: options.hosts ?? [], syncs });
  writeServerFile(paths.port, String(port));
  if (running !== undefined) {
    process.kill(running, "SIGHUP");
    await ready(directory, () => undefined, options.signal);
    return handle(options, running);
  }
  const known = existsSync(logFiles(paths.store));
  const server = await launch(options);
  if (!known || (await isSound(server))) return server;
  await server.stop();
  return await launch(options);
}

/** Starts the program and waits until it answers. */
async function launch(options: ServerOptions): Promise<NatsServer> {
  const { directory } = options;
  const paths = serverPaths(directory);
  tidy(paths);
  const child = spawn(programOf(options), ["-c", paths.config], {
    stdio: "ignore",
    detached: options.detached === true,
    env: options.env ?? process.env,
  });
  if (options.detached === true) child.unref();
  else endWithUs(child);
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (code, signal) => {
    failure = `it ended with ${code ?? signal}; ${lastWords(paths.log)}`;
  });
  try {
    await ready(directory, () => failure, options.signal);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return handle(options, child.pid ?? 0, child);
}

/**
 * Whether the server knows what it has. When nats-server 2.9 finds damage and cuts it off, it forgets at first which subjects
 * are in what is left, and would take any event for the first of its subject; at the next start it knows.
 */
async function isSound({ url, seed }: NatsServer): Promise<boolean> {
  await using log = await connectLog({ url, seed: seed("admin"), name: "weft/server" });
  const trail = new Trail();
  try {
    const head = await log.check(trail);
    return trail.missing === 0 && (head === 0 || (await log.idAt(head)) !== "");
  } catch (error) {
    if (isWeftError(error, "FAILED_PRECONDITION")) return false;
    throw error;
  }
}

function logFiles(store: string): string {
  return join(store, "jetstream", "WEFT", "streams", logStream, "msgs");
}

/**
 * Lets the server read every block of the log at its start, and find damage. With an index, nats-server 2.9 does not look,
 * and says that it has events which it cannot read. Newer servers have other files.
 */
function distrustIndex(store: string): void {
  const msgs = logFiles(store);
  if (!existsSync(msgs)) return;
  for (const name of readdirSync(msgs)) if (/\.(idx|fss)$/.test(name)) rmSync(join(msgs, name));
}

/** A server that is not to outlive this process ends when it exits, by whatever way. */
function endWithUs(child: ChildProcess): void {
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
}

function programOf({ program }: ServerOptions): string {
  return program ?? process.env.WEFT_NATS_SERVER ?? "nats-server";
}

/** Version that a nats-server says it has, e.g. "2.9.10"; "" when it does not say. */
function versionOf(program: string): string {
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return /v(\d+\.\d+\.\d+)/.exec(stdout ?? "")?.[1] ?? "";
}

function handle(options: ServerOptions, pid: number, child?: ChildProcess): NatsServer {
  const { directory, sync } = options;
  const stop = async (signal: "SIGTERM" | "SIGKILL" = "SIGTERM") => {
    await stopServer(directory, signal);
    if (child !== undefined && child.exitCode === null && child.signalCode === null)
      await once(child, "exit");
  };
  return {
    url: serverUrl(directory),
    pid,
    directory,
    // Who connects finds out whether this server does it itself.
    store: sync === "always" ? serverPaths(directory).store : undefined,
    seed: (user) => readFileSync(serverPaths(directory).seed(user), "utf8").trim(),
    seedFile: (user) => serverPaths(directory).seed(user),
    addHost: (host) => addHost(directory, host),
    stop,
    [Symbol.asyncDispose]: () => stop(),
  };
}

/** URL of the server in a directory; NOT_FOUND when none was ever started there. */
export function serverUrl(directory: string): string {
  const port = knownPort(directory);
  if (port === undefined) throw new WeftError("NOT_FOUND", `${directory} has never held a nats-server`);
  return `nats://127.0.0.1:${port}`;
}

/** Process id of the server running from a directory. A recycled id is not taken for it. */
export function runningServer(directory: string): number | undefined {
  const { pid: file, config } = serverPaths(directory);
  const noted = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (noted > 0 && isServer(noted, config)) return noted;
  // On a full disk the server could not note its number, and runs all the same.
  return readdirSync("/proc")
    .map(Number)
    .find((pid) => pid > 0 && isServer(pid, config));
}

/** Whether a process is a nats-server with this configuration. */
function isServer(pid: number, config: string): boolean {
  try {
    const [, option, file] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return option === "-c" && file === config;
  } catch {
    return false;
  }
}

/** Ends the server of a directory, if there is one, and returns when it is gone. */
export async function stopServer(
  directory: string,
  signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<void> {
  const pid = runningServer(directory);
  if (pid === undefined) return;
  process.kill(pid, signal);
  const patience = performance.now() + deadlineMs / 2;
  while (runningServer(directory) === pid) {
    if (performance.now() > patience) process.kill(pid, "SIGKILL");
    await pause(5);
  }
  tidy(serverPaths(directory));
}

/** Gives a host's loader its user on a running server; returns when the loader can connect. */
export async function addHost(directory: string, host: string): Promise<void> {
  const user = `loader-${host}`;
  const seed = ensureSeed(directory, user);
  const url = serverUrl(directory);
  writeServerConfig(directory, { port: knownPort(directory) ?? 0 });
  const pid = runningServer(directory);
  if (pid === undefined) return;
  process.kill(pid, "SIGHUP");
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      const log = await connectLog({ url, seed, name: "weft/server" });
      return await log.close();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await pause(20);
  }
}

/** Waits until the admin can connect, and creates the streams. */
async function ready(
  directory: string,
  failure: () => string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const seed = ensureSeed(directory, "admin");
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      const connecting = connectLog({ url: serverUrl(directory), seed, name: "weft/server", timeoutMs: 0 });
      await using log = await abortable(connecting, signal);
      const { blocks, bsize } = statfsSync(directory);
      return await log.ensure({ diskBytes: blocks * bsize });
    } catch (error) {
      const reason = failure();
      if (reason !== undefined) throw new WeftError("UNAVAILABLE", `nats-server did not start: ${reason}`);
      if (performance.now() > deadline || signal?.aborted === true) throw error;
    }
    await pause(10, signal);
  }
}

function knownPort(directory: string): number | undefined {
  const file = serverPaths(directory).port;
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

/** The port of the last start, unless somebody else listens there now. */
async function usualPort(directory: string, isOurs: boolean): Promise<number | undefined> {
  const port = knownPort(directory);
  if (port === undefined || isOurs) return port;
  return await freePort(port).catch(() => undefined);
}

/** A port nobody listens on now; one in particular, or an error. */
async function freePort(wanted = 0): Promise<number> {
  const probe = createServer().listen(wanted, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string")
    throw new WeftError("INTERNAL", "no TCP port to be had");
  return address.port;
}

/** Log of the server beyond which a start begins another one; one older is kept. */
const logBytes = 2 ** 20;

/** Takes away what the last server left; where nothing can be written, it stays. */
function tidy(paths: ReturnType<typeof serverPaths>): void {
  try {
    rmSync(paths.pid, { force: true });
    distrustIndex(paths.store);
    // A server of an earlier version began another file at a size, and kept them all.
    const folder = dirname(paths.log);
    for (const name of readdirSync(folder))
      if (/^nats\.log\.\d{4}\./.test(name)) rmSync(join(folder, name), { force: true });
    if (existsSync(paths.log) && statSync(paths.log).size > logBytes) renameSync(paths.log, `${paths.log}.1`);
  } catch (error) {
    if (!["EROFS", "ENOSPC", "EIO", "EDQUOT"].includes(errnoOf(error))) throw error;
  }
}

function lastWords(file: string): string {
  if (!existsSync(file)) return "no log";
  return readFileSync(file, "utf8").trim().split("\n").slice(-3).join(" | ");
}
