import { setTimeout as sleep } from "node:timers/promises";
import { WeftError } from "@weft/netaddr";

/** Waits before the next attempt: 1 ms doubling up to 250 ms, half of it random so that rivals spread out. */
export async function backoff(attempt: number, signal?: AbortSignal): Promise<void> {
  const limitMs = Math.min(2 ** attempt, 250);
  await pause(limitMs / 2 + (Math.random() * limitMs) / 2, signal);
}

/** Waits; CANCELLED when the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new WeftError("CANCELLED", "the caller gave up", { cause });
  }
}

/** The promise's outcome, or CANCELLED as soon as the signal aborts. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelled(signal));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    // Also when nobody waits any more: its failure is nobody's then.
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Throws CANCELLED when the signal has aborted. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}

function cancelled(signal: AbortSignal): WeftError {
  return new WeftError("CANCELLED", "the caller gave up", { cause: signal.reason });
}
