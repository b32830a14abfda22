import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessId, processStart } from "@weft/lab";
import { runningServer, serverPaths, serverUrl, startServer, stopServer } from "@weft/log/server";
import { toWeftError } from "@weft/netaddr";
import type { ProcessRecord } from "../mesh/processes.ts";
import { backoffMs } from "./backoff.ts";

/** How often it is looked whether it runs: one read of /proc. */
const watchMs = 50;

/** Where the embedded nats-server is, and what it is told. */
interface NatsOptions {
  readonly directory: string;
  readonly hosts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly sync: "always" | "interval";
  /** Called whenever the process number changes. */
  readonly onChange: () => void;
}

/** The embedded nats-server, started again whenever it ends by itself. It outlives this process. */
export class SupervisedNats {
  readonly #options: NatsOptions;
  readonly #stop = new AbortController();
  #id: ProcessId | undefined;
  #restarts: number;
  readonly #watch: Promise<void>;

  private constructor(options: NatsOptions, id: ProcessId | undefined, restarts: number) {
    this.#options = options;
    this.#id = id;
    this.#restarts = restarts;
    this.#watch = this.#keep();
  }

  /** Starts it; streams and users are there when this returns. One that runs already is joined. */
  static async start(options: NatsOptions): Promise<SupervisedNats> {
    return new SupervisedNats(options, await startOnce(options), 0);
  }

  /** Goes on with what another supervisor left: a server that runs, well or not, or that has to be started again. */
  static resume(options: NatsOptions, restarts: number): SupervisedNats {
    const pid = runningServer(options.directory);
    const id = pid === undefined ? undefined : { pid, started: processStart(pid) ?? 0 };
    return new SupervisedNats(options, id, restarts);
  }

  get url(): string {
    return serverUrl(this.#options.directory);
  }

  /** What is written down of it; undefined while it is not running. */
  get record(): ProcessRecord | undefined {
    if (this.#id === undefined || !isRunning(this.#id)) return undefined;
    return { name: "nats-server", ...this.#id, restarts: this.#restarts };
  }

  seedFile(user: string): string {
    return serverPaths(this.#options.directory).seed(user);
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watch;
    await stopServer(this.#options.directory);
  }

  /** Ends it without asking, because it does not answer; it is started again. */
  kill(): void {
    const { record } = this;
    if (record !== undefined) process.kill(record.pid, "SIGKILL");
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      const waitMs = this.record === undefined ? backoffMs(failures) : watchMs;
      await sleep(waitMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || this.record !== undefined) continue;
      this.#restarts += 1;
      failures += 1;
      try {
        this.#id = await startOnce(this.#options, this.#knownPort(), signal);
        failures = 0;
        this.#options.onChange();
      } catch (error) {
        console.error(`weft: nats-server: ${toWeftError(error).message}`);
      }
    }
  }

  /** Where everybody knows it: on another port nobody would find it. */
  #knownPort(): number | undefined {
    try {
      return Number(new URL(this.url).port);
    } catch {
      return undefined; // It was never started.
    }
  }
}

async function startOnce(
  { directory, hosts, env, sync }: NatsOptions,
  port?: number,
  signal?: AbortSignal,
): Promise<ProcessId> {
  const { pid } = await startServer({
    directory,
    hosts,
    env,
    sync,
    detached: true,
    ...(port === undefined ? {} : { port }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { pid, started: processStart(pid) ?? 0 };
}
