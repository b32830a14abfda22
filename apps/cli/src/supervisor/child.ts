import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processStart, stopProcesses } from "@weft/lab";
import type { ProcessRecord } from "../mesh/processes.ts";
import { backoffMs } from "./backoff.ts";
import { openLogFile } from "./log-file.ts";

/** A program that is to run as long as the mesh is up. */
export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File that its output is appended to. */
  readonly log: string;
}

/** A program that is started again whenever it ends by itself. */
export class SupervisedChild {
  readonly spec: ChildSpec;
  readonly #onChange: () => void;
  readonly #stop = new AbortController();
  #process: ChildProcess | undefined;
  #restarts = 0;
  #failures = 0;
  #life: Promise<void> | undefined;

  /** `onChange` is called whenever the process number changes. */
  constructor(spec: ChildSpec, onChange: () => void) {
    this.spec = spec;
    this.#onChange = onChange;
  }

  /** What is written down of it; undefined while it is not running. */
  get record(): ProcessRecord | undefined {
    const pid = this.#process?.pid;
    const started = pid === undefined ? undefined : processStart(pid);
    if (pid === undefined || started === undefined) return undefined;
    return { name: this.spec.name, pid, started, restarts: this.#restarts };
  }

  /** Why it does not start, once it has ended three times in a row soon after its start. */
  get hopeless(): string | undefined {
    return this.#failures < 3
      ? undefined
      : `it ends at once${lastError(this.spec.log)}; see ${this.spec.log}`;
  }

  /** Starts it, and keeps it running until `stop`. */
  start(): void {
    this.#life ??= this.#live();
  }

  /** Ends it for good: SIGTERM first, SIGKILL after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stop.abort();
    const { record } = this;
    if (record !== undefined) await stopProcesses([record], graceMs);
    await this.#life;
  }

  async #live(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const begun = Date.now();
      await this.#run();
      if (this.#stop.signal.aborted) return;
      const livedMs = Date.now() - begun;
      this.#failures = livedMs > 10_000 ? 0 : this.#failures + 1;
      this.#restarts += 1;
      await sleep(backoffMs(this.#failures), undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  #run(): Promise<void> {
    const log = openLogFile(this.spec.log);
    const { command, args, env } = this.spec;
    const child = spawn(command, [...args], { env, stdio: ["ignore", log, log] });
    closeSync(log);
    this.#process = child;
    return new Promise((resolve) => {
      const done = () => {
        this.#process = undefined;
        resolve();
        this.#onChange();
      };
      child.once("spawn", () => this.#onChange());
      child.once("exit", done);
      child.once("error", (error) => {
        if (child.pid !== undefined) return;
        console.error(`${this.spec.name}: ${error.message}`);
        done();
      });
    });
  }
}

/** The last error that a program's runtime printed, as a part of a sentence; "" when there is none. */
function lastError(log: string): string {
  const found = [
    ...readFileSync(log, "utf8")
      .slice(-20_000)
      .matchAll(/^\w*Error: (.+)$/gm),
  ].at(-1);
  return found === undefined ? "" : `: ${found[1]}`;
}
