import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { meshOf } from "@weft/model/testing";
import { policyLimits } from "@weft/policy";
import { desired } from "./desired.ts";
import { policiesOf } from "./policies.ts";
import { attachedEvent, catalogue, facts, largePolicy, twoHosts } from "./testing.ts";

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
