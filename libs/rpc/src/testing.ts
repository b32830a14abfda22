// For tests of services: the real program as a process of its own, to be killed and started again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { compileCache } from "./compile-cache.ts";

export { crashAtRandom, isCrash, type Pick, seeded } from "./chaos.ts";
export { compileCache } from "./compile-cache.ts";
export { noMs, serviceCases, tryEnvironment, tryStart } from "./environment-cases.ts";
export { healthOf, untilHealth } from "./health.ts";
export { hostileCalls } from "./hostile.ts";

/** What to start. */
interface TestServiceOptions {
  /** Its main.ts. */
  readonly main: URL;
  /** "identity", "ipam" ...; the second replica has a name of its own for its socket. */
  readonly name: string;
  readonly natsUrl: string;
  readonly seedFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take to be ready; 30,000 by default. */
  readonly readyMs?: number;
}

/** A service running as a process; ended when disposed. */
export interface TestService extends AsyncDisposable {
  readonly socket: string;
  /** Ends it as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again after `kill`; returns when it is ready. */
  start(): Promise<void>;
  /** Ends it orderly (SIGTERM); answers its exit status. */
  stop(): Promise<number | null>;
}

/** Starts a service; returns when it says that it is ready. */
export async function startService(options: TestServiceOptions): Promise<TestService> {
  const state = mkdtempSync(join(tmpdir(), "weft-svc-"));
  const socket = join(state, `${options.name}.sock`);
  let child: ChildProcess | undefined;

  async function end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const ending = child;
    child = undefined;
    if (ending === undefined) return null;
    if (ending.exitCode === null && ending.signalCode === null) {
      const exited = once(ending, "exit");
      ending.kill(signal);
      await exited;
    }
    return ending.exitCode;
  }

  const service: TestService = {
    socket,
    start: async () => {
      child = spawnService(options, state, socket);
      await ready(child, options.readyMs ?? 30_000).catch(async (error: unknown) => {
        await end("SIGKILL");
        throw error;
      });
    },
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
    [Symbol.asyncDispose]: async () => {
      await end("SIGKILL");
      rmSync(state, { recursive: true, force: true });
    },
  };
  try {
    await service.start();
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
  return service;
}

function spawnService(options: TestServiceOptions, state: string, socket: string): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(options.main)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: compileCache,
      WEFT_STATE: state,
      WEFT_SOCKET: socket,
      WEFT_NATS_URL: options.natsUrl,
      WEFT_NATS_SEED_FILE: options.seedFile,
      ...options.env,
    },
  });
}

/** Its log says `"msg":"ready"`; what it said until then is the error when it ends before, or says nothing of it in time. */
async function ready(child: ChildProcess, limitMs: number): Promise<void> {
  if (child.stderr === null) throw new Error("stderr is not piped");
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const waited = Promise.withResolvers<void>();
  const late = () => waited.reject(new Error(`not ready after ${limitMs} ms: ${said.join("\n")}`));
  const timer = setTimeout(late, limitMs);
  lines.on("line", (line) => {
    said.push(line);
    if (line.includes('"msg":"ready"')) waited.resolve();
  });
  child.once("exit", (code, signal) =>
    waited.reject(new Error(`it ended with ${code ?? signal}: ${said.join("\n")}`)),
  );
  await waited.promise.finally(() => clearTimeout(timer));
}
