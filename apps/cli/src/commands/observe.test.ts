import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFlows, noLoss } from "@weft/log";
import { flowEnd, flowRule, memoryFlows, newFlow } from "@weft/log/testing";
import { parseAddress } from "@weft/netaddr";
import { flowLine } from "../render/flow.ts";
import { type ObserveOptions, printFlows, requestOf } from "./observe.ts";
import {
  countArgument,
  destinationPortArgument,
  endFilterArgument,
  reasonArgument,
  timeArgument,
  verdictsArgument,
} from "./observe-arguments.ts";

const start = Date.parse("2026-01-31T14:03:00.000Z");

function listen() {
  const [printed, said]: [string[], string[]] = [[], []];
  const output = {
    print: (text: string) => void printed.push(text),
    ready: async () => {},
    say: (text: string) => void said.push(text),
  };
  return { printed, said, output };
}

/** A stream of a dropped flow of host a and a forwarded one of host b, which has lost something. */
function recorded() {
  const flows = memoryFlows();
  flows.put("a", [newFlow({ firstMs: start, lastMs: start + 250, count: 3, bytes: 240 })]);
  const forwarded = newFlow({
    ...{ verdict: "FORWARDED", reason: "forwarded", rule: flowRule, ruleNumber: 2, direction: "ingress" },
    ...{ firstMs: start + 1000, lastMs: start + 1000, sourcePort: 0 },
    source: flowEnd("", "198.51.100.7", { namespace: "", endpoint: "", host: "", labels: {}, identity: 2 }),
  });
  flows.put("b", [forwarded]);
  const lost = { ...noLoss, suppressed: 7, unpublished: 2, drops: 8 };
  const data = encodeFlows("b", { flows: [], lost });
  flows.stored.push({ sequence: 3, host: "b", storedMs: start + 2000, data });
  return { flows: { ...flows, bounds: async () => ({ first: 1, last: 3 }) } };
}

async function show(options: Partial<Omit<ObserveOptions, "timeout">>) {
  const { printed, said, output } = listen();
  const { output: format = "compact" } = options;
  await printFlows(
    recorded(),
    requestOf({ output: format, ...options }),
    format,
    AbortSignal.timeout(5_000),
    output,
  );
  return { printed, said };
}

test("a line names the step of the program that failed", async () => {
  const line = flowLine({
    ...newFlow({ reason: "drop_internal", detail: "encap_room" }),
    id: "1.0",
    host: "a",
  });
  assert.match(line, /DROPPED drop_internal \(encap_room\)/);
});

test("a line says when, where, who, what became of it, by which rule, and its name", async () => {
  const { printed } = await show({});
  assert.deepEqual(printed, [
    "2026-01-31T14:03:00.250Z  a  shop/web -> shop/api tcp/80  DROPPED drop_policy_ingress  no rule  @42  x3  1.0",
    "2026-01-31T14:03:01.000Z  b  198.51.100.7 -> shop/api tcp/80  FORWARDED  shop/closed ingress[1]  @42  x1  2.0",
  ]);
});

test("JSON has everything, and null for what there is none of", async () => {
  const { printed } = await show({ output: "json" });
  const [drop, pass] = printed.map((line) => JSON.parse(line));
  assert.deepEqual(drop, {
    id: "1.0",
    time: "2026-01-31T14:03:00.250Z",
    first: "2026-01-31T14:03:00.000Z",
    host: "a",
    verdict: "DROPPED",
    reason: "drop_policy_ingress",
    detail: null,
    direction: "ingress",
    source: {
      ...{ address: "fd00::1", port: 40000, identity: 256, namespace: "shop", name: "web" },
      ...{ endpoint: "id-web", labels: { app: "web" }, host: "a" },
    },
    destination: {
      ...{ address: "fd00::2", port: 80, identity: 256, namespace: "shop", name: "api" },
      ...{ endpoint: "id-api", labels: { app: "api" }, host: "a" },
    },
    protocol: "TCP",
    icmp: null,
    tcpFlags: ["SYN"],
    state: "new",
    revision: 42,
    rule: null,
    ruleNumber: 0,
    count: 3,
    bytes: 240,
  });
  assert.deepEqual(pass.rule, { ...flowRule });
  const { namespace, name, endpoint, host, port } = pass.source;
  assert.deepEqual([namespace, name, endpoint, host, port], [null, null, null, null, null]);
});

test("what could not be recorded is told on stderr, for the hosts that are asked about", async () => {
  const sentence =
    "weft: 9 packets on b were not recorded, 8 of them drops (7: beyond the budget of their container; 2: the stream was away)";
  assert.deepEqual((await show({})).said, [sentence]);
  assert.deepEqual((await show({ host: "a" })).said, []);
});

test("names from elsewhere cannot write to the terminal", async () => {
  const flows = memoryFlows();
  flows.put("a", [newFlow({ source: flowEnd("\u001b[2Jx", "fd00::1") })]);
  const { printed, output } = listen();
  await printFlows(
    { flows },
    requestOf({ output: "compact" }),
    "compact",
    AbortSignal.timeout(5_000),
    output,
  );
  assert.match(printed[0] ?? "", / shop\/\?\[2Jx -> /);
});

test("twenty flows unless a part is named; who follows alone sees new ones only", () => {
  const lastOf = (options: Partial<Omit<ObserveOptions, "timeout">>) =>
    requestOf({ output: "json", ...options }).last;
  assert.deepEqual(
    [
      {},
      { last: 3 },
      { since: 1 },
      { until: 1 },
      { since: 1, last: 5 },
      { follow: true },
      { follow: true, last: 4 },
    ].map(lastOf),
    [20, 3, undefined, undefined, 5, 0, 4],
  );
});

test("options that contradict each other are refused by name", () => {
  const wrong = [
    { follow: true, until: 1 },
    { since: 2, until: 1 },
  ];
  for (const options of wrong) {
    assert.throws(() => requestOf({ output: "json", ...options }), {
      code: "INVALID_ARGUMENT",
      field: "--until",
    });
  }
});

test("arguments are read as people write them", () => {
  assert.deepEqual(endFilterArgument("shop/web"), { namespace: "shop", name: "web" });
  assert.deepEqual(endFilterArgument("shop/"), { namespace: "shop" });
  assert.deepEqual(endFilterArgument("fd00::1"), { address: parseAddress("fd00::1") });
  assert.deepEqual(destinationPortArgument("80"), { port: 80 });
  assert.deepEqual(destinationPortArgument("udp/53"), { protocol: 17, port: 53 });
  assert.deepEqual(verdictsArgument("dropped,CUT"), ["DROPPED", "CUT"]);
  assert.equal(reasonArgument("policy-ingress"), "drop_policy_ingress");
  assert.equal(reasonArgument("drop_no_peer"), "drop_no_peer");
  assert.equal(timeArgument("10m", start), start - 600_000);
  assert.equal(timeArgument("48h", start), start - 172_800_000);
  assert.equal(timeArgument("2026-01-31T14:03:00Z"), start);
  assert.equal(countArgument("0"), 0);
});

test("what they cannot mean is refused with what was expected", () => {
  const wrong: readonly (readonly [(text: string) => unknown, readonly string[], RegExp])[] = [
    [
      endFilterArgument,
      ["", "web", "shop/web/x", "/web", "10.0.0.256", "Shop/"],
      /NAMESPACE\/NAME, NAMESPACE\/ /,
    ],
    [destinationPortArgument, ["", "0", "65536", "icmp/8", "tcp/"], /./],
    [verdictsArgument, ["", "allowed", "dropped,"], /forwarded, dropped, cut, kept/],
    [reasonArgument, ["", "policy", "drop"], /policy-ingress/],
    [(text) => timeArgument(text), ["", "yesterday", "-5", "1w", "49h"], /such as 10m/],
    [countArgument, ["", "-1", "1e3", "1000001"], /0 to 1000000/],
  ];
  for (const [read, texts, expected] of wrong) {
    for (const text of texts) {
      assert.throws(() => read(text), { code: "commander.invalidArgument", message: expected }, text);
    }
  }
});
