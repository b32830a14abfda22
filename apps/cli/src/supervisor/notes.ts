import { existsSync, utimesSync } from "node:fs";
import { toWeftError } from "@weft/netaddr";
import type { MeshPaths } from "../mesh/paths.ts";
import { type ProcessRecord, writeProcesses } from "../mesh/processes.ts";

/** What a supervisor writes down of its processes. What cannot be written now is written as soon as it can be. */
export class Notes {
  readonly #paths: MeshPaths;
  readonly #current: () => { readonly natsUrl: string; readonly processes: ProcessRecord[] };
  #writing: Promise<void> = Promise.resolve();
  #trouble = "";

  constructor(
    paths: MeshPaths,
    current: () => { readonly natsUrl: string; readonly processes: ProcessRecord[] },
  ) {
    this.#paths = paths;
    this.#current = current;
  }

  /** Why the last writing failed; "" when it went well. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Writes down what is so when its turn comes. Never fails. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await writeProcesses(this.#paths, this.#current());
        this.#trouble = "";
      } catch (error) {
        const { message } = toWeftError(error);
        if (this.#trouble !== message) console.error(`weft: ${message}`);
        this.#trouble = message;
      }
    });
    return this.#writing;
  }

  /** Writes again what failed, and else marks the notes as of now: they tell how long their supervisor has lived. */
  refresh(): void {
    if (this.#trouble !== "") return void this.write();
    try {
      if (existsSync(this.#paths.processes)) utimesSync(this.#paths.processes, new Date(), new Date());
    } catch {
      // A disk that became read-only: the next writing will say so.
    }
  }
}
