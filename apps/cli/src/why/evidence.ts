import type { Log, OnUnknown, Recorded } from "@weft/log";
import { traceIdOf } from "../render/event.ts";

/** The event behind something, as `weft why` prints it. */
export interface EventRef {
  readonly revision: number;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly actor: string;
  readonly cause: string;
  /** "" when the event was not traced. */
  readonly trace: string;
}

/** What of an event tells who did what and when. */
export function eventRef({ revision, type, subject, time, actor, cause, traceparent }: Recorded): EventRef {
  return { revision, type, subject, time: time.toISOString(), actor, cause, trace: traceIdOf(traceparent) };
}

/** The events at these revisions, in order. */
export async function eventsAt(
  log: Pick<Log, "read">,
  revisions: readonly number[],
  onUnknown: OnUnknown,
  signal: AbortSignal,
): Promise<EventRef[]> {
  const found: EventRef[] = [];
  for (const revision of [...new Set(revisions)].sort((a, b) => a - b)) {
    for await (const event of log.read({ from: revision, to: revision, onUnknown, signal }))
      found.push(eventRef(event));
  }
  return found;
}
