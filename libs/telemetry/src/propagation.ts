import { type Context, context, isSpanContextValid, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";

const w3c = new W3CTraceContextPropagator();

/** Where headers are written: NATS headers and gRPC metadata both fit. */
export interface HeaderWriter {
  set(key: string, value: string): unknown;
}

/** Where headers are read: NATS headers fit; an absent header is "" or undefined. */
export interface HeaderReader {
  get(key: string): string | undefined;
  keys(): Iterable<string>;
}

/** Writes `traceparent` and `tracestate` (W3C Trace Context) of the given or current context; nothing without a span. */
export function injectHeaders(headers: HeaderWriter, from: Context = context.active()): void {
  w3c.inject(from, headers, { set: (carrier, key, value) => void carrier.set(key, value) });
}

/** The context that a message's headers carry, to be used as `parent` of a span; the root context when there is none. */
export function extractHeaders(headers: HeaderReader | undefined): Context {
  if (headers === undefined) return ROOT_CONTEXT;
  return w3c.extract(ROOT_CONTEXT, headers, {
    keys: (carrier) => [...carrier.keys()],
    get: (carrier, key) => carrier.get(key) || undefined,
  });
}

/** The context of a `traceparent` as recorded with an event, so that a follower's work joins the trace of its cause. */
export function contextFromTraceparent(traceparent: string | undefined): Context {
  if (!traceparent) return ROOT_CONTEXT;
  return extractHeaders(new Map([["traceparent", traceparent]]));
}

/** `traceparent` of the current span; undefined outside of one. */
export function currentTraceparent(): string | undefined {
  const span = trace.getSpanContext(context.active());
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}
