/** Takes a piece of output. */
export type Print = (chunk: string | Uint8Array) => void;

/** Work that prints while it goes on. */
type Lane = (print: Print) => Promise<void>;

/** Does all at once, and prints as if it were one after the other: what a later one says is held back until those before are done. */
export async function inOrder(lanes: readonly Lane[], print: Print): Promise<void> {
  const held = lanes.map((): (string | Uint8Array)[] => []);
  let front = 0;
  const running = lanes.map((lane, index) =>
    lane((chunk) => (index === front ? print(chunk) : void held[index]?.push(chunk))),
  );
  const outcomes = Promise.allSettled(running);
  for (const work of running) {
    await work.catch(() => undefined);
    front += 1;
    for (const chunk of held[front]?.splice(0) ?? []) print(chunk);
  }
  for (const outcome of await outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
