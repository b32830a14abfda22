import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessId, processStart, stopProcesses } from "@weft/lab";
import { toWeftError } from "@weft/netaddr";
import type { ProcessRecord } from "../mesh/processes.ts";
import { backoffMs } from "./backoff.ts";
import { openLogFile } from "./log-file.ts";
import type { Spares } from "./spares.ts";

/** A program that is to run as long as the mesh is up. */
export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File that its output is appended to. */
  readonly log: string;
}

/** How often a program that is not our child is looked after. */
const followMs = 100;

/** A program that is started again whenever it ends by itself. */
export class SupervisedChild {
  readonly spec: ChildSpec;
  readonly #onChange: () => void;
  readonly #spares: Pick<Spares, "take"> | undefined;
  readonly #stop = new AbortController();
  #id: ProcessId | undefined;
  #restarts = 0;
  #failures = 0;
  #life: Promise<void> | undefined;

  /** `onChange` is called whenever the process number changes. `spares`: where a process may be had that is loaded already. */
  constructor(spec: ChildSpec, onChange: () => void, spares?: Pick<Spares, "take">) {
    this.spec = spec;
    this.#spares = spares;
    this.#onChange = onChange;
  }

  /** What is written down of it; undefined while it is not running. */
  get record(): ProcessRecord | undefined {
    if (this.#id === undefined || !isRunning(this.#id)) return undefined;
    const { pid, started } = this.#id;
    return { name: this.spec.name, pid, started, restarts: this.#restarts };
  }

  /** Why it does not start, once it has ended three times in a row soon after its start. */
  get hopeless(): string | undefined {
    return this.#failures < 3
      ? undefined
      : `it ends at once${lastError(this.spec.log)}; see ${this.spec.log}`;
  }

  /**
   * Starts it, and keeps it running until `stop`. One that runs already, left behind by another supervisor, is adopted: it
   * goes on as it is, and is started again when it ends.
   */
  start(adopted?: ProcessId & { readonly restarts: number }): void {
    this.#restarts = adopted?.restarts ?? 0;
    this.#life ??= this.#live(adopted);
  }

  /** Ends it for good: SIGTERM first, SIGKILL after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stop.abort();
    const { record } = this;
    if (record !== undefined) await stopProcesses([record], graceMs);
    await this.#life;
  }

  /** Ends it without asking, because it does not answer; it is started again. */
  kill(): void {
    const { record } = this;
    if (record !== undefined) process.kill(record.pid, "SIGKILL");
  }

  async #live(adopted: ProcessId | undefined): Promise<void> {
    let life = adopted === undefined ? this.#run() : this.#follow(adopted);
    for (;;) {
      const begun = performance.now();
      await life;
      this.#id = undefined;
      this.#tellChange();
      if (this.#stop.signal.aborted) return;
      const livedMs = performance.now() - begun;
      this.#failures = livedMs > 10_000 ? 0 : this.#failures + 1;
      await sleep(backoffMs(this.#failures), undefined, { signal: this.#stop.signal }).catch(() => {});
      if (this.#stop.signal.aborted) return;
      this.#restarts += 1;
      life = this.#run();
    }
  }

  /** What goes wrong there must neither end the watch over the program nor start a second one. */
  readonly #tellChange = (): void => {
    try {
      this.#onChange();
    } catch (error) {
      console.error(`weft: ${this.spec.name}: ${toWeftError(error).message}`);
    }
  };

  /** Returns when a process that is not our child has ended, or is not to be looked after any more. */
  async #follow(id: ProcessId): Promise<void> {
    this.#id = id;
    const { signal } = this.#stop;
    while (!signal.aborted && isRunning(id)) await sleep(followMs, undefined, { signal }).catch(() => {});
  }

  #run(): Promise<void> {
    const { command, args, env } = this.spec;
    const log = openLogFile(this.spec.log);
    return new Promise((resolve) => {
      const fail = (error: unknown) => {
        console.error(`weft: ${this.spec.name} cannot be started: ${toWeftError(error).message}`);
        resolve();
      };
      let spare: ChildProcess | undefined;
      let child: ChildProcess;
      try {
        spare = this.#spares?.take(this.spec);
        child = spare ?? spawn(command, [...args], { env, stdio: ["ignore", log, log] });
      } catch (error) {
        fail(error); // Some failures of fork(2) are thrown.
        return;
      } finally {
        if (log !== "ignore") closeSync(log);
      }
      // From here on it runs: whatever fails now must not start a second one.
      child.once("exit", () => resolve());
      child.on("error", (error) => {
        if (child.pid === undefined) fail(error);
      });
      const { pid } = child;
      if (pid !== undefined) this.#id = { pid, started: processStart(pid) ?? 0 };
      if (spare === undefined) child.once("spawn", this.#tellChange);
      else this.#tellChange();
    });
  }
}

/** The last error that a program or its runtime printed, as a part of a sentence; "" when there is none. */
function lastError(log: string): string {
  const text = existsSync(log) ? readFileSync(log, "utf8").slice(-20_000) : "";
  const found = [...text.matchAll(/^(?:\w*Error|weft-[a-z]+): (.+)$/gm)].at(-1);
  return found === undefined ? "" : `: ${found[1]}`;
}
