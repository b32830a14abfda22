import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessId, processStart } from "@weft/lab";
import { type NatsServer, startServer } from "@weft/log/server";
import type { ProcessRecord } from "../mesh/processes.ts";
import { backoffMs } from "./backoff.ts";

const watchMs = 200;

/** The embedded nats-server, started again whenever it ends by itself. */
export class SupervisedNats {
  readonly #directory: string;
  readonly #hosts: readonly string[];
  readonly #onChange: () => void;
  readonly #stop = new AbortController();
  #server: NatsServer;
  #id: ProcessId;
  #restarts = 0;
  #watch: Promise<void>;

  private constructor(directory: string, hosts: readonly string[], server: NatsServer, onChange: () => void) {
    this.#directory = directory;
    this.#hosts = hosts;
    this.#server = server;
    this.#id = idOf(server);
    this.#onChange = onChange;
    this.#watch = this.#keep();
  }

  /** Starts it; streams and users are there when this returns. */
  static async start(
    directory: string,
    hosts: readonly string[],
    onChange: () => void,
  ): Promise<SupervisedNats> {
    return new SupervisedNats(directory, hosts, await startServer({ directory, hosts }), onChange);
  }

  get url(): string {
    return this.#server.url;
  }

  get record(): ProcessRecord {
    return { name: "nats-server", ...this.#id, restarts: this.#restarts };
  }

  seedFile(user: string): string {
    return this.#server.seedFile(user);
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watch;
    await this.#server.stop();
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      await sleep(isRunning(this.#id) ? watchMs : backoffMs(failures), undefined, { signal }).catch(() => {});
      if (signal.aborted || isRunning(this.#id)) continue;
      this.#restarts += 1;
      failures += 1;
      try {
        // Where everybody knows it: on another port nobody would find it.
        const port = Number(new URL(this.url).port);
        this.#server = await startServer({ directory: this.#directory, hosts: this.#hosts, port, signal });
        this.#id = idOf(this.#server);
        failures = 0;
        this.#onChange();
      } catch (error) {
        console.error(`nats-server: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}

function idOf(server: NatsServer): ProcessId {
  return { pid: server.pid, started: processStart(server.pid) ?? 0 };
}
