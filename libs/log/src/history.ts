import { type Core, getStored, readLook } from "./core.ts";
import { readOrPass } from "./envelope.ts";
import { logStream } from "./streams.ts";

/** Events looked at beyond the one found, because writers' clocks differ a little. */
const slack = 32;

/**
 * Revision in force at a time, by bisection over `ce-time`: the time every reader of the event sees. As exact as the
 * writers' clocks agree.
 */
export async function revisionAt(core: Core, time: Date): Promise<number> {
  const { head } = await readLook(core);
  const madeBy = async (revision: number) => {
    const found = await getStored(core, logStream, { seq: revision });
    if (found === undefined) return true;
    const event = readOrPass(found.subject, found.seq, found.header, found.data, () => undefined);
    return event === undefined || event.time.getTime() <= time.getTime();
  };
  let low = 0;
  let high = head;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await madeBy(middle)) low = middle;
    else high = middle - 1;
  }
  const end = Math.min(head, low + slack);
  for (let revision = low + 1; revision <= end; revision += 1) if (await madeBy(revision)) low = revision;
  return low;
}
