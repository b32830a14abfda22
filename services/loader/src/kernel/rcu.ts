// Grace periods on demand: a tcx link waits for one under the kernel's network lock, so that many links wait one after
// the other. An expedited grace period takes microseconds where an ordinary one takes 5 to 25 ms.
import { readFile, writeFile } from "node:fs/promises";

const knob = "/sys/kernel/rcu_expedited";

/**
 * Expedites the grace periods of the whole machine until it is disposed. Who finds the knob on leaves it on; where it
 * cannot be written, everything takes longer, and nothing else is different.
 */
export async function expediteRcu(): Promise<AsyncDisposable> {
  const nothing = { [Symbol.asyncDispose]: async () => undefined };
  try {
    if ((await readFile(knob, "utf8")).trim() !== "0") return nothing;
    await writeFile(knob, "1");
  } catch {
    return nothing;
  }
  return {
    async [Symbol.asyncDispose]() {
      await writeFile(knob, "0").catch(() => undefined);
    },
  };
}
