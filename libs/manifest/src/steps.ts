/** Work that is done step by step, so that whoever does it can see to others in between. */
export type Steps<Result> = Generator<void, Result>;

/** Does all of it at once. */
export function doAll<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Does it for a process that has others to serve: `pause` is awaited after each step, and may throw to end it. */
export async function doInTurns<Result>(steps: Steps<Result>, pause: () => Promise<void>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pause();
  }
}
