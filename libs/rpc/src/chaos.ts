import { isWeftError } from "@weft/netaddr";
import type { TestService } from "./testing.ts";

/** Picks a whole number below its argument; the same seed picks the same, so that a failing run can be told. */
export type Pick = (below: number) => number;

/** Numbers from a seed (mulberry32). */
export function seeded(seed: number): Pick {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** How long answers are waited for before it is said that none come. */
const patienceMs = 60_000;

/**
 * Crashes (SIGKILL) and restarts random services, each time after some more answers have come. Throws when for
 * `patienceMs` (60,000) too few come.
 */
export async function crashAtRandom(
  services: readonly TestService[],
  options: {
    readonly times: number;
    readonly pick: Pick;
    readonly answers: () => number;
    readonly patienceMs?: number;
  },
): Promise<void> {
  const { times, pick, answers } = options;
  const limitMs = options.patienceMs ?? patienceMs;
  for (let crashed = 0; crashed < times; crashed += 1) {
    const enough = answers() + 100 + pick(300);
    const deadline = Date.now() + limitMs;
    while (answers() < enough) {
      if (Date.now() > deadline) throw new Error(`${answers()} answers, not ${enough}, after ${limitMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const victim = services[pick(services.length)];
    await victim?.kill();
    await victim?.start();
  }
}

/** Whether a call failed because its server crashed: the outcome is unknown and nothing was acknowledged. */
export function isCrash(error: unknown): boolean {
  return isWeftError(error, "UNAVAILABLE") || isWeftError(error, "DEADLINE_EXCEEDED");
}
