import { setTimeout as sleep } from "node:timers/promises";
import type { MeshAccess, StepPlan, World } from "@weft/lab";

const waitMs = 20_000;
const pollMs = 50;

/**
 * Counts the containers that run programs made for them, when a step is in force. With `wait` that is not before each
 * container that a policy selects does, unless it takes too long: not every policy can be compiled into branches.
 */
export function specialisedIn(
  { loaders }: MeshAccess,
  world: World,
  wait: boolean,
  signal: AbortSignal,
): (step: StepPlan) => Promise<number> {
  const look = async () => {
    const all = await Promise.all([...loaders.values()].map((loader) => loader.status({}, { signal })));
    const programs = all.flatMap((status) => status.programs);
    return new Set(
      programs
        .filter(({ tier }) => tier === "specialised")
        .map(({ namespace, name }) => `${namespace}/${name}`),
    );
  };
  return async (step) => {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const own = await look();
      const missing = step.selected.some((name) => world.containers.has(name) && !own.has(name));
      if (!wait || !missing || Date.now() > deadline) return own.size;
      await sleep(pollMs, undefined, { signal });
    }
  };
}
