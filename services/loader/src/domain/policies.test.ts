import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { meshOf } from "@weft/model/testing";
import { addressToBytes, parseAddress } from "@weft/netaddr";
import { policyLimits } from "@weft/policy";
import { emptyActual } from "./actual.ts";
import { desired } from "./desired.ts";
import { ownerOf } from "./operation.ts";
import { plan } from "./plan.ts";
import { policiesOf } from "./policies.ts";
import { attachedEvent, catalogue, facts, largePolicy, paperKernel, twoHosts } from "./testing.ts";

const events: readonly WeftEvent[] = [...twoHosts, attachedEvent("h1", 1), attachedEvent("h1", 2)];

test("a container whose policy is too large is closed where the policy governs, and it is said why", () => {
  const mesh = meshOf([...events, largePolicy("app-1", policyLimits.addressPrefixes + 1)]);
  const { endpoints, closed, unresolved } = desired(mesh, facts, catalogue, policiesOf(mesh));
  assert.deepEqual([...closed.keys()], ["c1"]);
  assert.match(`${closed.get("c1")?.message}`, /4097 address prefixes.*4096: its ingress is closed/);
  assert.equal(unresolved.size, 0);
  const policy = endpoints.get("c1")?.policy;
  assert.deepEqual([policy?.ingress, policy?.egress], [true, false]);
  const allowed = (policy?.tables.ingress?.verdicts ?? []).filter(({ allow }) => allow);
  assert.equal(allowed.length, 1, "the host alone, whom no default shuts out");
  assert.equal(endpoints.get("c2")?.policy, undefined);
});

test("who is closed because of the size stays closed to the own host if a denial said so", () => {
  const source = `apiVersion: weft.dev/v1
kind: NetworkPolicy
metadata: { name: no-host, namespace: shop }
spec: { podSelector: {}, ingressDeny: [{ from: [{ entities: [host] }] }] }
`;
  const named = { namespace: "shop", name: "no-host", kind: "NetworkPolicy.weft.dev" };
  const denial: WeftEvent = { type: "PolicyApplied", data: { ...named, source, file: "p.yaml", line: 1 } };
  const mesh = meshOf([...events, largePolicy("app-1", policyLimits.addressPrefixes + 1), denial]);
  const { endpoints, closed } = desired(mesh, facts, catalogue, policiesOf(mesh));
  assert.deepEqual([...closed.keys()], ["c1"]);
  const verdicts = endpoints.get("c1")?.policy?.tables.ingress?.verdicts ?? [];
  assert.deepEqual([verdicts.length, verdicts.some(({ allow }) => allow)], [1, false]);
});

test("a policy of the largest size is enforced as it is", () => {
  const mesh = meshOf([...events, largePolicy("app-1", policyLimits.addressPrefixes)]);
  assert.equal(desired(mesh, facts, catalogue, policiesOf(mesh)).closed.size, 0);
});

/** Admits one app of the shop to another. */
function admits(app: number, from: number): WeftEvent {
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p${app} }
spec:
  podSelector: { matchLabels: { app: own-${app} } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: own-${from} } } }] }]
`;
  const where = { namespace: "shop", name: `p${app}`, kind: "NetworkPolicy" };
  return { type: "PolicyApplied", data: { ...where, source, file: "p.yaml", line: 1 } };
}

test("of a thousand containers, a change of policy is derived and written for the one that it concerns", () => {
  const count = 1000;
  const containers = Array.from({ length: count }, (_, n) => {
    const labels = { app: `own-${n + 1}` };
    const ipv6 = addressToBytes(parseAddress(`fd00:1::${(n + 1).toString(16)}`));
    return attachedEvent("h1", n + 1, { labels, identity: 1000 + n, ipv6 });
  });
  const policies = Array.from({ length: count }, (_, n) => admits(n + 1, n + 2));
  const mesh = meshOf([...twoHosts, ...containers, ...policies]);
  const paper = paperKernel(emptyActual(2));
  const policyNow = () => {
    const policyOf = policiesOf(mesh);
    const local = [...(mesh.endpoints.get("h1")?.values() ?? [])];
    return new Map(local.map((endpoint) => [endpoint.id, policyOf(endpoint)]));
  };
  const steps = () => plan(desired(mesh, facts, catalogue, policiesOf(mesh)), paper.actual());
  paper.run(steps());
  assert.deepEqual(steps(), []);
  const before = policyNow();
  meshOf([admits(7, 500)], mesh);
  const derived = [...policyNow()].filter(([id, policy]) => before.get(id) !== policy).map(([id]) => id);
  assert.deepEqual(derived, ["c7"]);
  const operations = steps();
  assert.deepEqual([...new Set(operations.map(ownerOf))], ["c7"]);
  assert.deepEqual(
    operations.map(({ kind }) => kind),
    ["program_load", "map_fill", "map_fill", "link_update", "link_update", "slot_set"],
  );
});
