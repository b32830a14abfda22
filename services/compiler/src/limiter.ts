import { WeftError } from "@weft/netaddr";

/** How many of what may be at once. */
interface LimiterOptions {
  /** Running at once, whoever asks. */
  readonly most: number;
  /** Running beside them for callers who have nothing running: who fills all places does not shut others out. */
  readonly spare: number;
  /** Waiting for one caller. */
  readonly longest: number;
}

/** Runs work in its caller's turn; one whose signal is aborted leaves the line. */
type Limiter = <Result>(caller: string, work: () => Promise<Result>, signal?: AbortSignal) => Promise<Result>;

/** Callers take turns, each with a line of its own. Who finds its line full is refused as RESOURCE_EXHAUSTED. */
export function limiter({ most, spare, longest }: LimiterOptions): Limiter {
  /** In the order of their turns; a caller with nobody waiting is not in it. */
  const lines = new Map<string, Set<() => void>>();
  const running = new Map<string, number>();

  function mayRun(caller: string): boolean {
    const all = [...running.values()].reduce((sum, count) => sum + count, 0);
    return all < most || (all < most + spare && !running.has(caller));
  }

  function enter(caller: string): void {
    running.set(caller, (running.get(caller) ?? 0) + 1);
  }

  function leave(caller: string): void {
    const left = (running.get(caller) ?? 0) - 1;
    if (left > 0) running.set(caller, left);
    else running.delete(caller);
    for (;;) {
      const next = [...lines.keys()].find(mayRun);
      if (next === undefined) return;
      begin(next);
    }
  }

  function begin(caller: string): void {
    const line = lines.get(caller) ?? new Set();
    const [first] = line;
    // To the end of the turns.
    lines.delete(caller);
    if (first !== undefined) line.delete(first);
    if (line.size > 0) lines.set(caller, line);
    enter(caller);
    first?.();
  }

  async function turn(caller: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (mayRun(caller)) {
      enter(caller);
      return;
    }
    const line = lines.get(caller) ?? new Set();
    if (line.size >= longest) {
      throw new WeftError("RESOURCE_EXHAUSTED", `${line.size} are waiting for their turn already`);
    }
    lines.set(caller, line);
    await new Promise<void>((resolve, reject) => {
      const mine = (): void => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        line.delete(mine);
        if (line.size === 0) lines.delete(caller);
        reject(signal?.reason);
      };
      line.add(mine);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  return async (caller, work, signal) => {
    await turn(caller, signal);
    try {
      return await work();
    } finally {
      leave(caller);
    }
  };
}
