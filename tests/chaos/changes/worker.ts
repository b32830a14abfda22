// Changes made again and again while faults happen, and what they promise of the traffic.
import { setTimeout as sleep } from "node:timers/promises";
import type { Pick } from "@weft/rpc/testing";
import { nowNs } from "../clock.ts";
import type { Promised } from "../judge.ts";

/** How long a change is left in force before the next, at least and at most. */
const heldMs = [200, 800] as const;

/** Makes one change; returns once it is said to be in force. `passes`: what it promises of the worker's flow from then on. */
type MakeChange = () => Promise<{ readonly passes?: boolean }>;

/** A change that was acknowledged as in force, and is not. */
export class Unenforced extends Error {}

/** Lets streams of changes pause together. */
export class Pause {
  #until: Promise<void> = Promise.resolve();
  readonly #busy = new Set<Promise<void>>();

  /** Makes a change, once nobody wants it to be quiet. */
  async change(work: () => Promise<void>): Promise<void> {
    let until: Promise<void> | undefined;
    while (until !== this.#until) {
      until = this.#until;
      await until;
    }
    const busy = work();
    this.#busy.add(busy);
    await busy.finally(() => this.#busy.delete(busy));
  }

  /** Does something while no change is under way. */
  async quietly<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#until = promise;
    try {
      await Promise.allSettled(this.#busy);
      return await work();
    } finally {
      resolve();
    }
  }
}

/** One stream of changes. */
export class Worker {
  readonly name: string;
  made = 0;
  failed = 0;
  /** What a failed change said, and how often. */
  readonly errors = new Map<string, number>();
  readonly promises: Promised[] = [];
  /** Changes that were acknowledged as in force and were not. */
  readonly unenforced: string[] = [];
  readonly #make: MakeChange;
  readonly #pick: Pick;
  #held: { readonly passes: boolean; readonly fromNs: number } | undefined;

  constructor(name: string, pick: Pick, make: MakeChange) {
    this.name = name;
    this.#pick = pick;
    this.#make = make;
  }

  /** Makes changes until the signal aborts; the one under way is finished. */
  async run(pause: Pause, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause.change(() => this.#change());
      const [least, most] = heldMs;
      await sleep(least + this.#pick(most - least), undefined, { signal }).catch(() => undefined);
    }
    this.#let();
  }

  async #change(): Promise<void> {
    // From now on either may hold, until the change is in force.
    this.#let();
    try {
      const { passes } = await this.#make();
      this.made += 1;
      if (passes !== undefined) this.#held = { passes, fromNs: nowNs() };
    } catch (error) {
      if (error instanceof Unenforced) this.unenforced.push(error.message);
      this.failed += 1;
      const text = error instanceof Error ? error.message : String(error);
      this.errors.set(text, (this.errors.get(text) ?? 0) + 1);
    }
  }

  /** What was promised until now is promised no more. */
  #let(): void {
    if (this.#held !== undefined) this.promises.push({ ...this.#held, toNs: nowNs() });
    this.#held = undefined;
  }
}
