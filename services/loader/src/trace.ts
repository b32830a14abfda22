// What this host did about an event, in the trace of the event.

import { trace } from "@opentelemetry/api";
import type { Recorded } from "@weft/log";
import { contextFromTraceparent, tracer } from "@weft/telemetry";
import type { KernelWrite } from "./kernel.ts";

/** One pass over the kernel, in milliseconds since 1970. */
export interface Pass {
  readonly startMs: number;
  readonly endMs: number;
  readonly writes: readonly KernelWrite[];
}

/** What a pass was made for: an event, or (type "specialised") an object that was built because of that event. */
export type Reason = Pick<Recorded, "id" | "revision" | "subject" | "traceparent"> & {
  readonly type: string;
};

/** Reasons of one pass that get spans; a pass after a long absence may have thousands. */
const tracedEvents = 256;

/** Writes `apply <type>` with its `kernel write` children into the trace of each reason of a pass. */
export function traceApplied(host: string, events: readonly Reason[], pass: Pass): void {
  for (const event of events.slice(-tracedEvents)) {
    if (event.traceparent === "") continue;
    const parent = contextFromTraceparent(event.traceparent);
    const attributes = { "weft.host": host, "weft.revision": event.revision, "weft.subject": event.subject };
    const span = tracer().startSpan(`apply ${event.type}`, { startTime: pass.startMs, attributes }, parent);
    const inside = trace.setSpan(parent, span);
    for (const write of pass.writes) {
      const { startMs, endMs } = write;
      const details = detailsOf(write);
      tracer().startSpan("kernel write", { startTime: startMs, attributes: details }, inside).end(endMs);
    }
    span.end(pass.endMs);
  }
}

/** Owners and targets that a span names; a first pass may write for thousands. */
const namedMost = 8;

function detailsOf({ kind, count, owners, targets, entries }: KernelWrite): Record<string, string | number> {
  const few = (names: readonly string[]): string => {
    const more = names.length - namedMost;
    return names.slice(0, namedMost).join(" ") + (more > 0 ? ` and ${more} more` : "");
  };
  const named = owners.filter((owner) => owner !== "");
  return {
    "weft.operation": kind,
    "weft.count": count,
    "weft.target": few(targets),
    ...(entries === 0 ? {} : { "weft.entries": entries }),
    ...(named.length === 0 ? {} : { "weft.owner": few(named) }),
  };
}
