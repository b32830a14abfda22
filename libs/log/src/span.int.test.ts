import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Span, type Tracer, trace } from "@opentelemetry/api";
import { startNats } from "./start-nats.ts";
import { allocated, appendAll } from "./testing-events.ts";

const ended: { name: string; attributes: Record<string, unknown> }[] = [];

/** Just enough of a tracer to see what would be reported. */
function recordingTracer(): Tracer {
  const begin = (name: string, attributes: Record<string, unknown>): Span => {
    const span = trace.wrapSpanContext({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 });
    const seen = { ...attributes };
    return Object.assign(Object.create(span), {
      setAttribute: (key: string, value: unknown) => Object.assign(seen, { [key]: value }),
      setStatus: ({ message }: { message: string }) => Object.assign(seen, { error: message }),
      end: () => ended.push({ name, attributes: seen }),
    });
  };
  return {
    startSpan: (name, options) => begin(name, { ...options?.attributes }),
    startActiveSpan: (
      name: string,
      options: { attributes?: Record<string, unknown> },
      work: (span: Span) => unknown,
    ) => work(begin(name, { ...options.attributes })),
  } as Tracer;
}

test("every append is a span that names subject, actor, and revision or failure", async () => {
  trace.setGlobalTracerProvider({ getTracer: recordingTracer });
  after(() => trace.disable());
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 1);
  const more = { actor: "eve", cause: "test" };
  const late = log.append({ subject: "weft.log.identity", event: allocated(2), expected: 0, ...more });
  await assert.rejects(late);
  const subject = { "weft.subject": "weft.log.identity" };
  assert.deepEqual(ended, [
    {
      name: "append IdentitiesAllocated",
      attributes: { ...subject, "weft.actor": "test", "weft.revision": 1 },
    },
    {
      name: "append IdentitiesAllocated",
      attributes: {
        ...subject,
        "weft.actor": "eve",
        error: "weft.log.identity has moved on from revision 0",
      },
    },
  ]);
});
