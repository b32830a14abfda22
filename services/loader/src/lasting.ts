/**
 * A loop that is not to end before the signal aborts. One that does rejects with its name and why. Nobody need handle that: it then
 * ends the process, also where a full disk was the cause, which else ends none.
 */
export async function lasting(what: string, loop: Promise<void>, signal: AbortSignal): Promise<void> {
  const ended = (cause?: unknown) => new Error(`${what} has ended, and this host would not know`, { cause });
  await loop.catch((thrown: unknown) => {
    throw ended(thrown);
  });
  if (!signal.aborted) throw ended();
}
