import * as z from "zod";

const value = z.looseObject({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).transform(Number).optional(),
});
const attribute = z.looseObject({ key: z.string(), value });
const nanoseconds = z.union([z.string(), z.number()]).transform(BigInt);

/** What is read of an OTLP/JSON ExportTraceServiceRequest (opentelemetry-proto, trace.proto). */
const request = z.looseObject({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes: z.array(attribute).default([]) }).optional(),
      scopeSpans: z.array(
        z.looseObject({
          spans: z.array(
            z.looseObject({
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              attributes: z.array(attribute).default([]),
              startTimeUnixNano: nanoseconds,
              endTimeUnixNano: nanoseconds,
              status: z
                .looseObject({ code: z.number().optional(), message: z.string().optional() })
                .optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** One span of a trace; times are milliseconds since the trace began. */
export interface TraceSpan {
  readonly id: string;
  /** "" for a root. */
  readonly parent: string;
  readonly name: string;
  /** Process: "weft-loader h1". */
  readonly service: string;
  readonly offsetMs: number;
  readonly durationMs: number;
  /** What is known of it: `weft.host`, `weft.operation` and the like. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** "" when it went well. */
  readonly error: string;
}

const statusError = 2;

/** The spans of one trace from the messages it was stored in, by start time; one stored twice counts once. */
export function readSpans(messages: readonly Uint8Array[]): TraceSpan[] {
  const raw = messages.flatMap((bytes) => {
    const { resourceSpans } = request.parse(JSON.parse(Buffer.from(bytes).toString()));
    return resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const service = serviceName(resource?.attributes ?? []);
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
    });
  });
  const spans = [...new Map(raw.map((span) => [span.spanId, span])).values()];
  const [begin = 0n] = spans.map((span) => span.startTimeUnixNano).sort((a, b) => (a < b ? -1 : 1));
  return spans
    .map((span) => ({
      id: span.spanId,
      parent: span.parentSpanId ?? "",
      name: span.name,
      service: span.service,
      offsetMs: milliseconds(span.startTimeUnixNano - begin),
      durationMs: milliseconds(span.endTimeUnixNano - span.startTimeUnixNano),
      attributes: attributesOf(span.attributes),
      error: span.status?.code === statusError ? span.status.message || "failed" : "",
    }))
    .sort((a, b) => a.offsetMs - b.offsetMs || b.durationMs - a.durationMs);
}

function attributesOf(list: readonly z.infer<typeof attribute>[]): Record<string, string | number> {
  return Object.fromEntries(
    list.flatMap(({ key, value: { stringValue, intValue } }) => {
      const known = stringValue ?? intValue;
      return known === undefined ? [] : [[key, known] as const];
    }),
  );
}

function serviceName(attributes: readonly z.infer<typeof attribute>[]): string {
  const text = (key: string) => attributes.find((one) => one.key === key)?.value.stringValue ?? "";
  return [text("service.name"), text("weft.host")].filter(Boolean).join(" ");
}

function milliseconds(ns: bigint): number {
  return Number(ns / 1000n) / 1000;
}
