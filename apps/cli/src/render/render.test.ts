import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recorded } from "@weft/log";
import { eventView } from "./event.ts";
import { readSpans } from "./spans.ts";
import { formatTrace, traceTree } from "./trace-tree.ts";

function message(service: string, spans: readonly object[]): Uint8Array {
  const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
}

function span(id: string, parent: string, name: string, from: number, to: number) {
  const times = { startTimeUnixNano: `${from}000000`, endTimeUnixNano: `${to}000000` };
  return { spanId: id, parentSpanId: parent, name, ...times };
}

test("a trace is a tree over processes, with offsets from its beginning", () => {
  const spans = readSpans([
    message("weft-loader", [span("b", "a", "attach", 1010, 1050), span("c", "b", "kernel", 1020, 1030)]),
    message("weft-cli", [span("a", "", "lab run", 1000, 1060)]),
    message("weft-cli", [span("a", "", "lab run", 1000, 1060)]),
  ]);
  assert.equal(
    formatTrace(traceTree(spans)),
    [
      "SPAN          PROCESS      AT          TOOK",
      "lab run       weft-cli         0.0 ms     60.0 ms",
      "└─ attach     weft-loader     10.0 ms     40.0 ms",
      "   └─ kernel  weft-loader     20.0 ms     10.0 ms",
    ].join("\n"),
  );
});

test("a write to a kernel says what was written, how much, and whose", () => {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const attributes = [
    text("weft.operation", "map_fill"),
    text("weft.target", "verdicts port_classes"),
    text("weft.owner", "c1"),
    { key: "weft.count", value: { intValue: 2 } },
    { key: "weft.entries", value: { intValue: "17" } },
  ];
  const spans = readSpans([message("x", [{ ...span("a", "", "kernel write", 1, 2), attributes }])]);
  assert.match(
    formatTrace(traceTree(spans)),
    /^kernel write: map_fill x2 verdicts port_classes, 17 entries, of c1 /m,
  );
});

test("a span whose parent was lost is shown all the same", () => {
  const roots = traceTree(readSpans([message("x", [span("b", "gone", "orphan", 1, 2)])]));
  assert.deepEqual(
    roots.map(({ name }) => name),
    ["orphan"],
  );
});

test("an event is printed with addresses as text and its trace id", () => {
  const event = {
    revision: 7,
    time: new Date("2026-01-31T14:03:00Z"),
    id: "x",
    subject: "weft.log.endpoint.h1.a",
    source: "weft/loader-h1",
    actor: "cli:root",
    cause: "",
    traceparent: "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
    type: "EndpointAttached",
    data: {
      ipv6: new Uint8Array([0xfd, ...Array(14).fill(0), 1]),
      ipv4: new Uint8Array(),
      mac: new Uint8Array([2, 0, 0, 0, 0, 1]),
      prefix: { address: new Uint8Array([10, 0, 0, 0]), length: 8 },
      labels: { app: "a" },
    },
  } as unknown as Recorded;
  const { trace, data, source } = eventView(event);
  assert.equal(source, "weft/loader-h1");
  assert.equal(trace, "0123456789abcdef0123456789abcdef");
  assert.deepEqual(data, {
    ipv6: "fd00::1",
    ipv4: null,
    mac: "02:00:00:00:00:01",
    prefix: "10.0.0.0/8",
    labels: { app: "a" },
  });
});
