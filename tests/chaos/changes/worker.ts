// Changes made again and again while faults happen, and what they promise of the traffic.
import { setTimeout as sleep } from "node:timers/promises";
import type { Pick } from "@weft/rpc/testing";
import { nowNs } from "../clock.ts";
import type { Promised } from "../judge.ts";

/** How long a change is left in force before the next, at least and at most. */
const heldMs = [200, 800] as const;

/** Makes one change; returns once it is said to be in force. `passes`: what it promises of the worker's flow from then on. */
export type MakeChange = () => Promise<{ readonly passes?: boolean }>;

/** A change that was acknowledged as in force, and is not. */
export class Unenforced extends Error {}

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

  constructor(name: string, pick: Pick, make: MakeChange) {
    this.name = name;
    this.#pick = pick;
    this.#make = make;
  }

  /** Makes changes until the signal aborts; the one under way is finished. */
  async run(signal: AbortSignal): Promise<void> {
    let held: { readonly passes: boolean; readonly fromNs: number } | undefined;
    while (!signal.aborted) {
      // From now on either may hold, until the change is in force.
      if (held !== undefined) this.promises.push({ ...held, toNs: nowNs() });
      held = undefined;
      try {
        const { passes } = await this.#make();
        this.made += 1;
        if (passes !== undefined) held = { passes, fromNs: nowNs() };
      } catch (error) {
        if (error instanceof Unenforced) this.unenforced.push(error.message);
        this.failed += 1;
        const text = error instanceof Error ? error.message : String(error);
        this.errors.set(text, (this.errors.get(text) ?? 0) + 1);
      }
      const [least, most] = heldMs;
      await sleep(least + this.#pick(most - least), undefined, { signal }).catch(() => undefined);
    }
    if (held !== undefined) this.promises.push({ ...held, toNs: nowNs() });
  }
}
