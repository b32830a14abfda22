import { WeftError } from "@weft/netaddr";

/**
 * Runs at most so many at once; others wait in line, which an aborted signal leaves. Who finds `longest` waiting already is
 * refused as RESOURCE_EXHAUSTED.
 */
export function limiter(
  most: number,
  longest: number,
): <Result>(work: () => Promise<Result>, signal?: AbortSignal) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (running < most) {
      running += 1;
      return;
    }
    if (waiting.length >= longest) {
      throw new WeftError("RESOURCE_EXHAUSTED", `${waiting.length} are waiting for their turn already`);
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      waiting.push(enter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  return async (work, signal) => {
    await turn(signal);
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
