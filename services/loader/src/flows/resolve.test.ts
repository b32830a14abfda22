import assert from "node:assert/strict";
import { test } from "node:test";
import { outcome, recordKind, step } from "@weft/datapath";
import { take } from "@weft/model";
import { meshOf, recordedAt } from "@weft/model/testing";
import { formatAddress } from "@weft/netaddr";
import { emptyActual } from "../domain/actual.ts";
import { desired } from "../domain/desired.ts";
import { plan } from "../domain/plan.ts";
import { policiesOf } from "../domain/policies.ts";
import { attachedEvent, catalogue, facts, largePolicy, twoHosts } from "../domain/testing.ts";
import { openDirectory } from "./directory.ts";
import { makeGrouper } from "./group.ts";
import { resolveFlow } from "./resolve.ts";
import { openRuleBook, rememberPlan } from "./rule-book.ts";
import { type RecordParts, recordOf } from "./testing.ts";

const namespace = "io.kubernetes.pod.namespace";
const allocated = [256, 257, 258].map((identity) => {
  return { identity, labels: { app: `app-${identity - 256}`, [namespace]: "shop" } };
});

/** h1 with c1 and c2 (identities 257, 258), h2 with c3 (256). */
function names() {
  const mesh = meshOf([
    ...twoHosts,
    { type: "IdentitiesAllocated", data: { allocations: allocated } },
    attachedEvent("h1", 1),
    attachedEvent("h1", 2),
    attachedEvent("h2", 3),
  ]);
  return { host: "h1", mesh, rules: openRuleBook(), directory: openDirectory(mesh, "h1") };
}

function resolve(parts: RecordParts, known = names()) {
  const grouper = makeGrouper(1);
  grouper.add(recordOf(parts));
  const [one] = grouper.take();
  return resolveFlow(known, one ?? assert.fail(), 1_700_000_000_000);
}

test("numbers become names: ends, verdict, reason, direction, state, time", () => {
  const flow = resolve({ kind: recordKind.kept, outcome: 0, direction: 1, state: 2, timeNs: 3_000_000n });
  const { verdict, reason, direction, state, firstMs, protocol, destinationPort } = flow;
  assert.deepEqual(
    { verdict, reason, direction, state, firstMs, protocol, destinationPort },
    {
      verdict: "KEPT",
      reason: "forwarded",
      direction: "egress",
      state: "reply",
      firstMs: 1_700_000_000_003,
      protocol: 6,
      destinationPort: 80,
    },
  );
  const { source, destination } = flow;
  assert.deepEqual([source.name, source.host, source.labels], ["pod-1", "h1", { app: "app-1" }]);
  assert.deepEqual([destination.name, formatAddress(destination.address)], ["pod-2", "fd00:1::2"]);
});

test("what failed is named", () => {
  const { reason, detail } = resolve({ outcome: outcome.dropInternal, step: step.decapRoom });
  assert.deepEqual([reason, detail], ["drop_internal", "decap_room"]);
  assert.equal(resolve({}).detail, "");
});

test("labels are those of the identity that was judged, not of the container as it is now", () => {
  const known = names();
  take(
    known.mesh,
    recordedAt(known.mesh.revision + 1, {
      type: "EndpointRelabelled",
      data: { host: "h1", id: "c1", labels: { app: "app-0" }, identity: 256 },
    }),
  );
  assert.deepEqual(resolve({}, known).source.labels, { app: "app-1" });
  assert.deepEqual(resolve({ identities: [256, 258] }, known).source.labels, { app: "app-0" });
});

test("hosts and the world have no container's name", () => {
  const flow = resolve({ source: "2001:db8::2", destination: "198.51.100.7", identities: [6, 2] });
  assert.deepEqual([flow.source.host, flow.source.name, flow.source.endpoint], ["h2", "", ""]);
  assert.deepEqual([flow.destination.host, flow.destination.name], ["", ""]);
  assert.equal(resolve({ source: "fe80::9", identities: [1, 258] }).source.host, "h1");
});

test("an address that another one claims is not called by its holder's name", () => {
  // From the slot of c2 with the address of c1: the sender is c2.
  const forged = resolve({ outcome: 5, direction: 255, slot: 2, identities: [258, 0] });
  assert.deepEqual(
    [forged.reason, forged.source.name, forged.direction],
    ["drop_source_address", "pod-2", undefined],
  );
  assert.equal(formatAddress(forged.source.address), "fd00:1::1");
  // The kernel knew the sender as somebody of the world.
  assert.equal(resolve({ identities: [2, 258] }).source.name, "");
});

test("a container that has just left is still known by name, and its address by that of its next holder", () => {
  const known = names();
  assert.equal(resolve({}, known).source.name, "pod-1");
  const tell = (event: Parameters<typeof recordedAt>[1]) =>
    take(known.mesh, recordedAt(known.mesh.revision + 1, event));
  tell({ type: "EndpointDetached", data: { host: "h1", id: "c1" } });
  assert.equal(resolve({}, known).source.name, "pod-1");
  tell(attachedEvent("h1", 1, { id: "c9", name: "pod-9" }));
  assert.equal(resolve({}, known).source.name, "pod-9");
});

test("a rule number is that of the plan that brought the revision, and of no other", () => {
  const known = names();
  const { mesh, rules } = known;
  const tell = (name: string, addresses: number): number => {
    take(mesh, recordedAt(mesh.revision + 1, largePolicy(name, addresses)));
    const wish = desired(mesh, facts, catalogue, policiesOf(mesh));
    rememberPlan(rules, wish, emptyActual(2), plan(wish, emptyActual(2)));
    return mesh.revision;
  };
  const first = tell("app-2", 1);
  const second = tell("app-2", 2);
  const judged = (revision: number, rule: number) =>
    resolve({ revision, rule, kind: recordKind.flow, outcome: 0 }, known);
  assert.deepEqual(
    [first, second].map((revision) => judged(revision, 1).rule?.revision),
    [first, second],
  );
  const { rule } = judged(second, 1);
  assert.deepEqual([rule?.namespace, rule?.policy, rule?.list, rule?.index], ["shop", "large", "ingress", 0]);
  for (const unknown of [judged(second, 2), judged(second + 1, 1), judged(second, 0)]) {
    assert.equal(unknown.rule, undefined);
  }
  rules.keep(new Map());
  assert.equal(judged(second, 1).rule, undefined);
  assert.equal(judged(second, 1).ruleNumber, 1);
});

test("a loader that starts believes only programs that it leaves as they are", () => {
  const { mesh } = names();
  take(mesh, recordedAt(mesh.revision + 1, largePolicy("app-2", 1)));
  const wish = desired(mesh, facts, catalogue, policiesOf(mesh));
  const state = { digest: "", constants: { policy_revision: "0500000000000000" }, maps: {}, hooks: {} };
  const actual = { ...emptyActual(2), programs: new Map([["c2", state]]) };
  const [right, wrong] = [openRuleBook(), openRuleBook()];
  rememberPlan(right, wish, actual, []);
  rememberPlan(wrong, wish, actual, plan(wish, actual));
  assert.equal(right.find("c2", 5, "ingress", 1)?.policy, "large");
  assert.equal(wrong.find("c2", 5, "ingress", 1), undefined);
});

test("of the policies of a container the last eight are remembered", () => {
  const { mesh } = names();
  take(mesh, recordedAt(mesh.revision + 1, largePolicy("app-2", 1)));
  const rules =
    desired(mesh, facts, catalogue, policiesOf(mesh)).endpoints.get("c2")?.policy?.rules ?? assert.fail();
  const book = openRuleBook();
  for (let revision = 1; revision <= 10; revision += 1) book.remember("c2", revision, rules);
  const known = [1, 2, 3, 10].map((revision) => book.find("c2", revision, "ingress", 1) !== undefined);
  assert.deepEqual(known, [false, false, true, true]);
});
