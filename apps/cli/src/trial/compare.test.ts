import assert from "node:assert/strict";
import { test } from "node:test";
import type { Flow, FlowEnd } from "@weft/log";
import { parseManifests, type Resource } from "@weft/manifest";
import { meshOf } from "@weft/model/testing";
import { addressToBytes, parseAddress } from "@weft/netaddr";
import { candidateView } from "./candidate.ts";
import { compare, groupFlows } from "./compare.ts";
import { failsBy, turnedView } from "./report.ts";

const closed = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: ops } } }] }]
`;

const mesh = meshOf([
  {
    type: "EndpointAttached",
    data: {
      ...{ host: "h1", id: "w1", namespace: "shop", name: "web", labels: { app: "web" }, identity: 300 },
      ...{ ipv6: addressToBytes(parseAddress("fd00::1")), mac: new Uint8Array(6), netns: "", interface: "" },
      ...{ slot: 1, ports: [{ name: "http", protocol: "TCP", port: 80 }] },
    },
  },
  {
    type: "PolicyApplied",
    data: { namespace: "shop", name: "web", kind: "NetworkPolicy", source: closed, file: "p.yaml", line: 1 },
  },
]);

function end(name: string, address: string): FlowEnd {
  const [namespace, endpoint] = name === "" ? ["", ""] : ["shop", `${name[0]}1`];
  const labels: Record<string, string> = name === "" ? {} : { app: name };
  // What an identity number means now is not what it meant then.
  return { address: parseAddress(address), identity: 300, namespace, name, labels, endpoint, host: "h1" };
}

const web = end("web", "fd00::1");
const world: FlowEnd = { ...end("", "2001:db8::1"), identity: 2, host: "" };

function flow(source: FlowEnd, destination: FlowEnd, fields: Partial<Flow> = {}): Flow {
  return {
    ...{ id: "1.0", host: "h1", verdict: "FORWARDED", reason: "forwarded", detail: "", direction: "ingress" },
    ...{ source, destination, sourcePort: 40_000, destinationPort: 80, protocol: 6, icmp: undefined },
    ...{ tcpFlags: 2, state: "new", revision: 2, ruleNumber: 0, rule: undefined, count: 1, bytes: 60 },
    ...{ firstMs: 1_000_000, lastMs: 1_000_000 },
    ...fields,
  };
}

const dropped = { verdict: "DROPPED", reason: "drop_policy_ingress" } as const;

async function tried(
  flows: readonly Flow[],
  text: string,
  deletes: { namespace: string; name: string }[] = [],
) {
  const resources: readonly Resource[] = parseManifests([{ file: "c.yaml", text }]).resources;
  const recorded = await groupFlows(
    (async function* () {
      yield* flows;
    })(),
  );
  const [before, after] = [candidateView(mesh, [], []), candidateView(mesh, resources, deletes)];
  const { newlyDropped, newlyAllowed, ...counts } = compare(recorded, before, after, ({ endpoint }) =>
    endpoint === "w1" ? [{ name: "http", protocol: "TCP", port: 80 }] : [],
  );
  const names = (list: typeof newlyDropped) => list.map(turnedView);
  return { ...counts, newlyDropped: names(newlyDropped), newlyAllowed: names(newlyAllowed) };
}

const openToAds = closed.replace("name: web,", "name: ads,").replace("app: ops", "app: ads");

test("a connection that was dropped and would be allowed is told once, with the rule that would allow it", async () => {
  const ads = end("ads", "fd00::2");
  const result = await tried(
    [flow(ads, web, dropped), flow(ads, web, { ...dropped, lastMs: 1_005_000 })],
    openToAds,
  );
  const [turned, ...others] = result.newlyAllowed;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [turned?.from, turned?.to, turned?.port, turned?.flows, turned?.last],
    ["shop/ads", "shop/web", 80, 2, "1970-01-01T00:16:45.000Z"],
  );
  assert.match(turned?.by ?? "", /ingress: spec\.ingress\[0\] of NetworkPolicy shop\/ads/);
  assert.deepEqual([result.newlyDropped, result.unchanged, result.flows], [[], 0, 2]);
});

test("a connection that passed and would be dropped is told with what would drop it", async () => {
  const ops = end("ops", "fd00::3");
  const result = await tried([flow(ops, web)], closed.replace("app: ops", "app: ads"));
  assert.deepEqual(
    result.newlyDropped.map(({ from, by }) => [from, by]),
    [["shop/ops", "ingress: no rule allows it"]],
  );
});

test("a policy that would be deleted no longer denies; one that is not there is refused", async () => {
  const path = { namespace: "shop", name: "web" };
  const result = await tried([flow(world, web, dropped)], "", [path]);
  assert.deepEqual(
    result.newlyAllowed.map(({ from, fromLabels }) => [from, fromLabels]),
    [["2001:db8::1", {}]],
  );
  await assert.rejects(tried([], "", [{ namespace: "shop", name: "none" }]), { code: "NOT_FOUND" });
});

test("connections of both families between the same two are told apart by family", async () => {
  const ipv4 = [end("ads", "10.77.0.2"), end("web", "10.77.0.1")] as const;
  const flows = [flow(end("ads", "fd00::2"), web, dropped), flow(...ipv4, dropped)];
  const { newlyAllowed } = await tried(flows, openToAds);
  assert.deepEqual(
    newlyAllowed.map(({ from, family }) => [from, family]),
    [
      ["shop/ads", 6],
      ["shop/ads", 4],
    ],
  );
});

test("an answer counts for the connection that it belongs to", async () => {
  const ads = end("ads", "fd00::2");
  const answer = { ...dropped, state: "reply" as const, sourcePort: 80, destinationPort: 40_000 };
  const result = await tried([flow(web, ads, answer)], openToAds);
  assert.deepEqual(
    result.newlyAllowed.map(({ from, to, port }) => [from, to, port]),
    [["shop/ads", "shop/web", 80]],
  );
});

test("labels count as they were recorded, not as the identity's number means them now", async () => {
  const before = { ...end("ads", "fd00::2"), labels: { app: "ops" } };
  const result = await tried([flow(before, web)], openToAds);
  assert.deepEqual([result.newlyAllowed, result.newlyDropped, result.unchanged], [[], [], 1]);
});

test("a named port is the one that the receiver declares", async () => {
  const named = openToAds.replace("} } }] }]", "} } }], ports: [{ port: http }] }]");
  assert.notEqual(named, openToAds);
  const ads = end("ads", "fd00::2");
  const result = await tried(
    [flow(ads, web, dropped), flow(ads, web, { ...dropped, destinationPort: 81 })],
    named,
  );
  assert.deepEqual(
    result.newlyAllowed.map(({ port }) => port),
    [80],
  );
});

test("what no policy decided, and what a record does not tell, is counted apart", async () => {
  const ads = end("ads", "fd00::2");
  const spoofed = flow(ads, web, { verdict: "DROPPED", reason: "drop_source_address", direction: undefined });
  const mixed = flow(ads, web, { ...dropped, destinationPort: 0 });
  const nobody = flow({ ...world, identity: 301 }, web, dropped);
  const error = flow(ads, web, { ...dropped, state: "related", protocol: 58, icmp: { type: 1, code: 4 } });
  const result = await tried([spoofed, mixed, nobody, error], openToAds);
  assert.deepEqual([result.other, result.unknown, result.flows, result.newlyAllowed], [1, 3, 4, []]);
});

test("flows recorded under policies that have changed since are unchanged by the candidate, and counted", async () => {
  const ads = end("ads", "fd00::2");
  const result = await tried([flow(ads, web)], closed);
  assert.deepEqual([result.unchanged, result.outdated], [1, 1]);
});

test("a job fails by what it was told to, and by nothing when it was not", async () => {
  const { newlyAllowed } = await tried([flow(end("ads", "fd00::2"), web, dropped)], openToAds);
  const report = { newlyAllowed, newlyDropped: [] };
  assert.deepEqual(
    ([undefined, "dropped", "allowed", "change"] as const).map((what) => failsBy(what, report)),
    [false, false, true, true],
  );
});
