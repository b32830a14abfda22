import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress, type WeftError } from "@weft/netaddr";
import fc from "fast-check";
import { collect } from "../testing-events.ts";
import { type FlowFilter, flowMatches } from "./filter.ts";
import { type Flow, type FlowLoss, flowVerdicts, type NewFlow, noLoss } from "./flow.ts";
import { flowById, readFlows } from "./read.ts";
import { flowEnd, flowRule, memoryFlows, newFlow } from "./testing.ts";
import { decodeFlows, encodeFlows } from "./wire.ts";

const anyFlow: fc.Arbitrary<NewFlow> = fc
  .record({
    verdict: fc.constantFrom(...flowVerdicts),
    reason: fc.constantFrom("forwarded", "drop_policy_egress"),
    direction: fc.constantFrom("ingress" as const, "egress" as const, undefined),
    source: fc.constantFrom(flowEnd("web", "10.7.0.1"), flowEnd("web", "fd00::1", { labels: {} })),
    destination: fc.constantFrom(flowEnd("", "192.0.2.9", { namespace: "", endpoint: "", host: "" })),
    sourcePort: fc.nat(65_535),
    protocol: fc.constantFrom(6, 17, 132),
    state: fc.constantFrom("new" as const, "reply" as const, undefined),
    revision: fc.maxSafeNat(),
    ruleNumber: fc.nat(65_535),
    rule: fc.constantFrom(flowRule, { ...flowRule, index: 7, tier: "Admin", namespace: "" }, undefined),
    count: fc.nat(1_000_000),
    bytes: fc.maxSafeNat(),
    lastMs: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_009_000 }),
  })
  .map(newFlow);

test("what was encoded is read back, named by its place", () => {
  fc.assert(
    fc.property(fc.array(anyFlow, { maxLength: 20 }), fc.nat(3), (flows, suppressed) => {
      const lost: FlowLoss = { ...noLoss, suppressed };
      const batch = decodeFlows(9, "a", encodeFlows("a", { flows, lost }));
      const named = flows.map((flow, place) => ({ ...flow, id: `9.${place}`, host: "a" }));
      assert.deepEqual(batch, { flows: named, lost });
    }),
  );
});

test("ICMP type and code are there for ICMP alone", () => {
  const flows = [newFlow({ protocol: 58, icmp: { type: 128, code: 3 } }), newFlow()];
  const { flows: read } = decodeFlows(1, "a", encodeFlows("a", { flows, lost: noLoss }));
  assert.deepEqual(
    read.map(({ icmp }) => icmp),
    [{ type: 128, code: 3 }, undefined],
  );
});

test("a host that says a time which there is none of hides no other host's flows", async () => {
  const flows = memoryFlows();
  flows.put("a", [newFlow({ firstMs: 9e15, lastMs: 9e15 })]);
  flows.put("b", [newFlow()]);
  const invalid: WeftError[] = [];
  const read = await collect(readFlows({ flows }, { onInvalid: (error) => invalid.push(error) }));
  assert.deepEqual(
    read.map(({ host }) => host),
    ["b"],
  );
  assert.match(invalid[0]?.message ?? "", /message 1 of a/);
});

test("ends and rules that repeat cost their bytes once", () => {
  const size = (count: number) =>
    encodeFlows("a", { flows: Array(count).fill(newFlow({ rule: flowRule, ruleNumber: 2 })), lost: noLoss })
      .length;
  assert.ok(size(256) - size(1) < 255 * 64, `${size(256)}`);
});

test("a filter takes what agrees with everything that it names", () => {
  const flow: Flow = { ...newFlow(), id: "1.0", host: "a" };
  const cases: readonly (readonly [FlowFilter, boolean])[] = [
    [{}, true],
    [{ verdicts: ["CUT", "DROPPED"] }, true],
    [{ verdicts: ["FORWARDED"] }, false],
    [{ from: { namespace: "shop" } }, true],
    [{ from: { namespace: "shop", name: "web" }, to: { namespace: "shop", name: "api" } }, true],
    [{ from: { namespace: "shop", name: "api" } }, false],
    [{ to: { address: parseAddress("fd00::2") } }, true],
    [{ to: { address: parseAddress("fd00::1") } }, false],
    [{ port: { port: 80 } }, true],
    [{ port: { protocol: 6, port: 80 } }, true],
    [{ port: { protocol: 17, port: 80 } }, false],
    [{ port: { port: 443 } }, false],
    [{ reason: "drop_policy_ingress", host: "a" }, true],
    [{ reason: "drop_no_peer" }, false],
    [{ host: "b" }, false],
  ];
  for (const [filter, wanted] of cases)
    assert.equal(flowMatches(filter, flow), wanted, JSON.stringify(filter, String));
});

test("a record of an answer is found by the flow that it answers, and by its packet", () => {
  const { source, destination } = newFlow();
  const answer = { source: destination, destination: source, sourcePort: 80, destinationPort: 40_000 };
  const cut: Flow = { ...newFlow({ ...answer, verdict: "CUT", state: "reply" }), id: "1.0", host: "a" };
  const [web, api] = ["web", "api"].map((name) => ({ namespace: "shop", name }));
  assert.ok(web && api);
  assert.ok(flowMatches({ from: web, to: api, port: { port: 80 } }, cut));
  assert.ok(flowMatches({ from: api, to: web, port: { port: 40_000 } }, cut));
  assert.ok(!flowMatches({ from: api, to: web, port: { port: 80 } }, cut));
  assert.ok(!flowMatches({ from: web, port: { port: 80 } }, { ...cut, state: "established" }));
});

const start = 1_700_000_000_000;

/** A minute of one message a second, by two hosts in turn; the n-th has a flow to port n. */
function minute() {
  const flows = memoryFlows();
  for (let n = 0; n < 60; n += 1) {
    const time = start + n * 1000;
    flows.put(
      n % 2 === 0 ? "a" : "b",
      [newFlow({ destinationPort: n + 1, firstMs: time, lastMs: time })],
      time,
    );
  }
  return { flows };
}

const portsOf = (flows: readonly Flow[]) => flows.map(({ destinationPort }) => destinationPort);

test("everything is read in order, or the part that was asked for", async () => {
  const source = minute();
  assert.deepEqual(
    portsOf(await collect(readFlows(source))),
    Array.from({ length: 60 }, (_, n) => n + 1),
  );
  const part = { sinceMs: start + 10_000, untilMs: start + 13_000 };
  assert.deepEqual(portsOf(await collect(readFlows(source, part))), [11, 12, 13, 14]);
  assert.deepEqual(portsOf(await collect(readFlows(source, { ...part, last: 2 }))), [13, 14]);
  assert.deepEqual(
    portsOf(await collect(readFlows(source, { last: 3, filter: { host: "b" } }))),
    [56, 58, 60],
  );
  assert.deepEqual(await collect(readFlows(source, { sinceMs: start + 3_600_000 })), []);
  assert.deepEqual(await collect(readFlows({ flows: memoryFlows() }, { last: 20 })), []);
});

test("what has gone out of the stream does not stop a reader", async () => {
  const source = minute();
  const seen: number[] = [];
  for await (const { destinationPort } of readFlows(source)) {
    seen.push(destinationPort);
    if (destinationPort === 1) source.flows.forget(50);
  }
  assert.deepEqual(seen.slice(-10), [51, 52, 53, 54, 55, 56, 57, 58, 59, 60]);
});

test("who follows sees what comes, and ends without an error when told to", async () => {
  const source = minute();
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const flow of readFlows(source, { follow: true, last: 1, signal: stop.signal })) {
    seen.push(flow.destinationPort);
    if (seen.length < 3) source.flows.put("a", [newFlow({ destinationPort: 100 + seen.length })]);
    else stop.abort();
  }
  assert.deepEqual(seen, [60, 101, 102]);
});

test("losses and what is no batch are told, and reading goes on", async () => {
  const source = minute();
  await source.flows.publish("b", encodeFlows("b", { flows: [], lost: { ...noLoss, ringFull: 7 } }), "x");
  await source.flows.publish("b", Uint8Array.of(255, 255, 255), "y");
  source.flows.put("a", [newFlow({ destinationPort: 99 })]);
  const told: unknown[] = [];
  const flows = await collect(
    readFlows(source, {
      last: 2,
      onLost: (host, lost) => told.push([host, lost.ringFull]),
      onInvalid: (error: WeftError) => told.push(error.message),
    }),
  );
  assert.deepEqual(portsOf(flows), [60, 99]);
  assert.deepEqual(told, ["message 62 of b is no batch of flows", ["b", 7]]);
});

test("a flow is found by its id until it is gone, and what is no id is refused", async () => {
  const source = minute();
  assert.equal((await flowById(source, "7.0"))?.destinationPort, 7);
  for (const gone of ["7.1", "61.0"]) assert.equal(await flowById(source, gone), undefined);
  for (const wrong of ["", "7", "0.0", "7.-1", "7.0.0", "x"]) {
    await assert.rejects(flowById(source, wrong), { code: "INVALID_ARGUMENT", field: "flow" });
  }
});
