import { setImmediate } from "node:timers/promises";

/** How long one piece of work may keep a process from others. */
const turnMs = 10;

/**
 * For work of many small steps in a process that has others to serve: to be awaited after each step. Lets everybody else have a
 * turn when it is time to, and throws the signal's reason once whoever wanted the work has gone.
 */
export function breather(signal?: AbortSignal): () => Promise<void> {
  let sinceMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - sinceMs >= turnMs) {
      await setImmediate();
      sinceMs = performance.now();
    }
    signal?.throwIfAborted();
  };
}
