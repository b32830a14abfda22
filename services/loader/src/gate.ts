import { WeftError } from "@weft/netaddr";

/** Lets callers wait for a condition that somebody else makes true. */
export interface Gate {
  /** Returns once the condition holds; throws the signal's reason when that comes first. */
  until(condition: () => boolean, signal?: AbortSignal): Promise<void>;
  /** Conditions may have changed: all are looked at again. */
  changed(): void;
}

/** A gate nobody waits at yet. */
export function openGate(): Gate {
  const waiting = new Set<() => void>();
  return {
    async until(condition, signal) {
      if (condition()) return;
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (!condition()) return;
          leave();
          resolve();
        };
        const abort = (): void => {
          leave();
          reject(signal?.reason ?? new WeftError("CANCELLED", "no longer waited for"));
        };
        const leave = (): void => {
          waiting.delete(look);
          signal?.removeEventListener("abort", abort);
        };
        waiting.add(look);
        signal?.addEventListener("abort", abort, { once: true });
        if (signal?.aborted) abort();
      });
    },
    changed() {
      for (const look of [...waiting]) look();
    },
  };
}
