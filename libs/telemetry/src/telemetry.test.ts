import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import {
  contextFromTraceparent,
  currentTraceparent,
  extractHeaders,
  injectHeaders,
  startTelemetry,
  withSpan,
} from "./index.ts";
import { exporterFromEnvironment } from "./otlp.ts";
import { readSpans } from "./otlp-receiver.ts";
import { samplerFromEnvironment } from "./sampler.ts";

const published: { traceId: string; bytes: Uint8Array }[] = [];
const telemetry = startTelemetry({ service: "test", host: "h1", env: {} });

/** Flushes and answers what was published since the last time. */
async function flushed() {
  await telemetry.flush();
  const messages = published.splice(0);
  return messages.map(({ traceId, bytes }) => ({ traceId, spans: readSpans(bytes, "application/json") }));
}

test("spans that finished before anybody took them are not lost", async () => {
  await withSpan("early", {}, () => undefined);
  await telemetry.flush();
  await telemetry.publishTo((traceId, bytes) => published.push({ traceId, bytes }));
  const [message] = await flushed();
  assert.deepEqual(
    message?.spans.map(({ service, name }) => [service, name]),
    [["weft-test", "early"]],
  );
  assert.equal(message?.spans[0]?.traceId, message?.traceId);
});

test("spans are published by trace, children with their parents", async () => {
  await withSpan("a", {}, () => withSpan("b", {}, () => undefined));
  await withSpan("c", {}, () => undefined);
  const messages = await flushed();
  assert.deepEqual(
    messages.map(({ spans }) => spans.map(({ name }) => name)),
    [["b", "a"], ["c"]],
  );
  const [b, a] = messages[0]?.spans ?? [];
  assert.equal(b?.parentSpanId, a?.spanId);
});

test("what throws is on the span with its code, and is thrown on", async () => {
  const fault = Object.assign(new Error("no"), { code: "NOT_FOUND" });
  await assert.rejects(
    withSpan("failing", {}, () => {
      throw fault;
    }),
    fault,
  );
  await telemetry.flush();
  const text = Buffer.from(published.splice(0)[0]?.bytes ?? []).toString();
  assert.match(text, /"error.type","value":\{"stringValue":"NOT_FOUND"\}/);
  assert.match(text, /"status":\{"code":2,"message":"no"\}/);
});

test("headers and recorded traceparents carry a trace on", async () => {
  const headers = new Map<string, string>();
  const recorded = await withSpan("sender", {}, () => {
    injectHeaders(headers);
    return currentTraceparent();
  });
  assert.equal(headers.get("traceparent"), recorded);
  await withSpan("by headers", {}, () => undefined, { parent: extractHeaders(headers) });
  await withSpan("by record", {}, () => undefined, { parent: contextFromTraceparent(recorded) });
  const [message, ...others] = await flushed();
  assert.equal(others.length, 0, "one trace");
  const sender = message?.spans.find(({ name }) => name === "sender");
  const children = message?.spans.filter(({ parentSpanId }) => parentSpanId === sender?.spanId) ?? [];
  assert.deepEqual(children.map(({ name }) => name).sort(), ["by headers", "by record"]);
});

test("without a span or with a broken traceparent there is no context to carry", () => {
  assert.equal(currentTraceparent(), undefined);
  const headers = new Map<string, string>();
  injectHeaders(headers, contextFromTraceparent("00-nonsense-01"));
  assert.equal(headers.size, 0);
});

test("the standard variables choose the exporter, and what they cannot mean is refused", () => {
  assert.equal(exporterFromEnvironment({}), undefined);
  assert.equal(
    exporterFromEnvironment({ OTEL_TRACES_EXPORTER: "none", OTEL_EXPORTER_OTLP_ENDPOINT: "http://x" }),
    undefined,
  );
  assert.ok(exporterFromEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x" }));
  assert.ok(exporterFromEnvironment({ OTEL_TRACES_EXPORTER: "otlp", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }));
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://x" };
  const refused: [() => unknown, string, RegExp][] = [
    [() => exporterFromEnvironment({ OTEL_TRACES_EXPORTER: "zipkin" }), "OTEL_TRACES_EXPORTER", /^otlp/],
    [
      () => exporterFromEnvironment({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "tcp" }),
      "OTEL_EXPORTER_OTLP_PROTOCOL",
      /^http\/protobuf/,
    ],
    [
      () => exporterFromEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: "nowhere" }),
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      /URL/,
    ],
    [
      () => exporterFromEnvironment({ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "nowhere" }),
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
      /URL/,
    ],
    [
      () => exporterFromEnvironment({ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "udp" }),
      "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
      /^http\/protobuf/,
    ],
    [() => samplerFromEnvironment({ OTEL_TRACES_SAMPLER: "sometimes" }), "OTEL_TRACES_SAMPLER", /sampler/],
    [
      () => samplerFromEnvironment({ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" }),
      "OTEL_TRACES_SAMPLER_ARG",
      /0 to 1/,
    ],
  ];
  for (const [read, field, expected] of refused)
    assert.throws(read, { code: "INVALID_ARGUMENT", field, expected });
});

test("OTEL_SDK_DISABLED=true: no span leaves, and what is wrong with the other variables is nobody's concern", async () => {
  const index = new URL("./index.ts", import.meta.url).href;
  const script = `
    const { currentTraceparent, startTelemetry, withSpan } = await import(${JSON.stringify(index)});
    const env = { OTEL_SDK_DISABLED: "true", OTEL_TRACES_EXPORTER: "zipkin" };
    const telemetry = startTelemetry({ service: "x", env, publish: () => console.log("published") });
    console.log(JSON.stringify(await withSpan("s", {}, () => currentTraceparent() ?? "")));
    await telemetry.flush();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  assert.equal(stdout, '""\n');
});

test("the logger writes JSON lines to stderr, with the trace inside a span", async () => {
  const index = new URL("./index.ts", import.meta.url).href;
  const script = `
    const { logger, startTelemetry, withSpan } = await import(${JSON.stringify(index)});
    startTelemetry({ service: "x", env: {} });
    logger("x").info("outside");
    await withSpan("s", {}, () => logger("x").warn({ port: 1 }, "inside"));
  `;
  const { stderr, stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "-e",
    script,
  ]);
  const [outside, inside] = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(stdout, "");
  assert.equal(outside.msg, "outside");
  assert.equal(outside.trace_id, undefined);
  assert.equal(inside.level, "warn");
  assert.match(inside.trace_id, /^[0-9a-f]{32}$/);
});
