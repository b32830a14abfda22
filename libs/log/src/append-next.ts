import type { WeftEvent } from "./events.ts";
import { subjectOf } from "./subject-of.ts";
import type { Log } from "./types.ts";

/** For tests: appends an event after whatever its subject has; leases need the subject, which their data does not name. */
export async function appendNext(
  log: Log,
  event: WeftEvent,
  subject: string = subjectOf(event),
): Promise<number> {
  const expected = (await log.tail(subject))?.revision ?? 0;
  const { revision } = await log.append({ subject, event, expected, actor: "test", cause: "test" });
  return revision;
}
