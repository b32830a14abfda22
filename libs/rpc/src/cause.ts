import { randomUUID } from "node:crypto";
import { currentTraceparent } from "@weft/telemetry";

/** Name of the metadata entry that says what led to a call. */
export const causeHeader = "weft-cause";

/**
 * What is on record as the cause of events that no event led to: `Loader/Attach#<id>`, with the id of the current trace
 * or, outside of one, an id of its own. Whoever acts on an event passes that event's id on instead.
 */
export function newCause(what: string): string {
  const traceId = currentTraceparent()?.split("-")[1];
  return `${what}#${traceId ?? randomUUID()}`;
}

/** The cause of events that a call leads to when its caller names none; `path` as in gRPC, "/weft.v1.Loader/Attach". */
export function causeOfCall(path: string): string {
  return newCause(path.slice(path.lastIndexOf(".") + 1));
}
