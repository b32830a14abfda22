import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { markVariable, nameVariable, spareName } from "../mesh/marks.ts";
import type { ChildSpec } from "./child.ts";

/** What a spare is told to become. */
export interface Role {
  readonly name: string;
  /** The program's main.ts. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** File that its output is appended to. */
  readonly log: string;
}

/** What the main.ts of all services import, below services/. */
export const spareModules = [
  "ipam/src/environment.ts",
  "ipam/src/handlers.ts",
  "identity/src/environment.ts",
  "identity/src/handlers.ts",
  "identity/src/domain/decide.ts",
  "identity/src/reclaim.ts",
  "identity/src/usage.ts",
  "lb/src/environment.ts",
  "lb/src/handlers.ts",
  "compiler/src/environment.ts",
  "compiler/src/handlers.ts",
  "compiler/src/builder.ts",
  "compiler/src/cache.ts",
  "compiler/src/clang.ts",
  "loader/src/environment.ts",
  "loader/src/lives.ts",
  "loader/src/memory.ts",
];

const program = join(import.meta.dirname, "spare.ts");
/** A service that has ended comes first: the next spare is made when it may be up again. */
const afterMs = 2_000;

/**
 * Keeps one process at hand that has loaded everything already. A service that was killed needs more processor time for
 * loading its modules than for all the rest of its start, and on a busy machine that is seconds in which nothing can be
 * changed (ADR 0021).
 */
export class Spares {
  readonly #env: Readonly<Record<string, string>>;
  #spare: ChildProcess | undefined;
  #isWarm = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `env`: what all programs of the mesh are started with. */
  constructor(state: string, env: Readonly<Record<string, string>>) {
    this.#env = { ...env, [markVariable]: state, [nameVariable]: spareName };
  }

  /** Whether there is one that has loaded everything. */
  get isWarm(): boolean {
    return this.#isWarm && this.#spare?.connected === true;
  }

  /** Makes one, unless there is one. That it cannot be made is no failure. */
  prepare(): void {
    if (this.#spare !== undefined || this.#stopped) return;
    try {
      const spare = spawn(process.execPath, [program], {
        env: this.#env,
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      this.#spare = spare;
      this.#isWarm = false;
      spare.once("message", () => {
        if (this.#spare === spare) this.#isWarm = true;
      });
      spare.once("exit", () => {
        if (this.#spare === spare) this.#spare = undefined;
      });
      spare.on("error", () => undefined);
    } catch {
      this.#spare = undefined;
    }
  }

  /** Turns the spare into a program; undefined when there is none that is ready, or the program is no service. */
  take({ name, command, args, env, log }: ChildSpec): ChildProcess | undefined {
    const [main] = args;
    if (command !== process.execPath || main === undefined || args.length !== 1) return undefined;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.prepare();
    }, afterMs);
    const spare = this.#spare;
    if (spare === undefined || !this.isWarm) return undefined;
    this.#spare = undefined;
    spare.send({ name, main, env, log } satisfies Role, () => undefined);
    return spare;
  }

  /** Ends the spare, and makes no other. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#spare?.kill("SIGKILL");
  }
}
