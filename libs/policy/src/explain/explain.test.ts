import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifests } from "@weft/manifest";
import { formatAddress, parseAddress, sameLabels } from "@weft/netaddr";
import fc from "fast-check";
import { anyFullPacket, anyFullWorld, anyOutsider, packetIn } from "../../test/full-arbitraries.ts";
import { viewOf } from "../../test/world.ts";
import { applies, decide, type Flow, type Party } from "../decide.ts";
import { parsePolicy } from "../parse.ts";
import { protocolNumbers } from "../protocol.ts";
import { type RuleRef, rulesFor } from "../rules.ts";
import { type PolicyView, reservedIdentities } from "../view.ts";
import type { Change } from "./change.ts";
import { explain, nearestRules } from "./explain.ts";
import { flip } from "./flip.ts";

const runs = { numRuns: 400 };
const anyPick = fc.record({
  from: fc.nat(),
  to: fc.nat(),
  family: fc.constantFrom(4 as const, 6 as const),
  packet: anyFullPacket,
  outsider: anyOutsider,
});
type Pick = typeof anyPick extends fc.Arbitrary<infer T> ? T : never;

const identityOf = {
  world: reservedIdentities.world,
  host: reservedIdentities.host,
  "remote-node": reservedIdentities.remoteNode,
};

/** A flow of a world: between two pods, or from or to somebody who is none. */
function flowOf(view: PolicyView, { from, to, family, packet, outsider }: Pick): Flow {
  const all = view.endpoints.length;
  const party = { identity: identityOf[outsider.entity], address: parseAddress(outsider.address) };
  const pick = (n: number): Party => view.endpoints[n % (all + 1)] ?? party;
  const ends = { from: pick(from), to: pick(to) };
  const between = "id" in ends.from && "id" in ends.to;
  const { protocol, port } = packetIn(between ? family : party.address.family, packet);
  return { ...ends, protocol, port, ...(between ? { family } : {}) };
}

test("an explanation has the verdict of decide, and each ground its own shape", () => {
  const law = fc.property(anyFullWorld, fc.array(anyPick, { minLength: 10 }), (world, picks) => {
    const view = viewOf(world);
    for (const pick of picks) {
      const flow = flowOf(view, pick);
      const { allowed, egress, ingress } = explain(flow, view);
      const decided = decide(flow, view);
      assert.equal(allowed, decided.allowed);
      for (const [side, expected] of [
        [egress, decided.egress],
        [ingress, decided.ingress],
      ] as const) {
        const { enforced, allowed, rule, ground, policies } = side;
        assert.deepEqual([enforced, allowed, rule], [expected.enforced, expected.allowed, expected.rule]);
        assert.equal(ground === "rule", rule !== undefined);
        assert.equal(ground === "default", !allowed && rule === undefined);
        assert.equal(enforced, policies.length > 0);
      }
    }
  });
  fc.assert(law, runs);
});

test("a rule misses no field exactly where it applies", () => {
  const law = fc.property(anyFullWorld, anyPick, (world, pick) => {
    const view = viewOf(world);
    const flow = flowOf(view, pick);
    const { addresses } = explain(flow, view);
    for (const direction of ["egress", "ingress"] as const) {
      const [end, peer, address] =
        direction === "egress" ? [flow.from, flow.to, addresses.to] : [flow.to, flow.from, addresses.from];
      if (!("id" in end)) continue;
      const { rules } = rulesFor(end, view)[direction];
      const protocol = protocolNumbers[flow.protocol];
      const packet = { identity: peer.identity, address, protocol, port: flow.port };
      const near = nearestRules(end, direction, flow, address, view, () => true);
      assert.equal(near.length, rules.length);
      for (const { ref, matches } of rules) {
        const misses = near.find((one) => sameRule(one.ref, ref))?.misses;
        const applied = matches.some((match) => applies(match, packet));
        assert.equal(misses?.length === 0, applied, JSON.stringify(misses));
      }
    }
  });
  fc.assert(law, runs);
});

test("the suggested change, read by the parser, turns the verdict and leaves every other flow as it was", () => {
  let turned = 0;
  const others = fc.array(anyPick, { minLength: 10 });
  const law = fc.property(anyFullWorld, anyPick, others, (world, pick, others) => {
    const view = viewOf(world);
    const flow = flowOf(view, pick);
    // Nobody can ask for port 0, and no manifest can name it.
    if (flow.port === 0 || !("id" in flow.from || "id" in flow.to)) return;
    const explanation = explain(flow, view);
    const change = flip(explanation, view);
    if (change.apply.length === 0) return;
    turned += 1;
    const after = applied(change, view);
    const shown = change.apply.join("---\n");
    assert.equal(decide(flow, after).allowed, !explanation.allowed, shown);
    for (const other of [...others.map((one) => flowOf(view, one)), ...neighbours(flow, view)]) {
      if (alike(flow, other)) continue;
      assert.equal(decide(other, after).allowed, decide(other, view).allowed, shown);
    }
  });
  fc.assert(law, runs);
  assert.ok(turned > runs.numRuns / 2, `${turned} of ${runs.numRuns}`);
});

test("a default denial is always turned around by NetworkPolicies alone", () => {
  const law = fc.property(anyFullWorld, anyPick, (world, pick) => {
    const view = viewOf(world);
    const flow = flowOf(view, pick);
    const explanation = explain(flow, view);
    const denied = [explanation.egress, explanation.ingress].filter(({ allowed }) => !allowed);
    if (denied.length === 0 || flow.port === 0 || denied.some(({ ground }) => ground !== "default")) return;
    const { apply } = flip(explanation, view);
    assert.equal(apply.length, denied.length);
    for (const text of apply) assert.match(text, /^kind: NetworkPolicy$/m);
  });
  fc.assert(law, runs);
});

/** Every pair of pods on the flow's own port, and the flow's own ends on ports beside it. */
function neighbours(flow: Flow, view: PolicyView): Flow[] {
  const { protocol, port } = flow;
  const { family } = explain(flow, view).addresses.from;
  const pairs = view.endpoints.flatMap((from) =>
    view.endpoints.map((to): Flow => ({ from, to, protocol, port, family })),
  );
  const ports = [port - 1, port + 1].filter((one) => one >= 0 && one <= 65535);
  return [...pairs, ...ports.map((one) => ({ ...flow, port: one })), { ...flow, protocol: "UDP" }];
}

/** What no policy can tell apart: flows on one port between containers with equal labels. */
function alike(one: Flow, other: Flow): boolean {
  return (
    one.protocol === other.protocol &&
    one.port === other.port &&
    sameParty(one.from, other.from) &&
    sameParty(one.to, other.to)
  );
}

function sameParty(one: Party, other: Party): boolean {
  if ("id" in one && "id" in other)
    return one.namespace === other.namespace && sameLabels(one.labels, other.labels);
  const text = (party: Party) => ("id" in party ? party.id : formatAddress(party.address));
  return text(one) === text(other);
}

function applied(change: Change, view: PolicyView): PolicyView {
  const added = change.apply.map((text, index) => {
    const { resources, diagnostics } = parseManifests([{ file: "change.yaml", text }]);
    assert.deepEqual([diagnostics, resources.length], [[], 1]);
    const policy = resources[0] && parsePolicy(resources[0]);
    if (policy === undefined || Array.isArray(policy)) throw new Error(JSON.stringify(policy));
    const name = (one: { namespace: string; name: string }) => `${one.namespace}/${one.name}`;
    const taken = view.policies.some((one) => name(one.policy) === name(policy));
    assert.ok(!taken, "a new policy replaces none");
    return { policy, revision: 1000 + index };
  });
  return { ...view, policies: [...view.policies, ...added] };
}

function sameRule(one: RuleRef, other: RuleRef): boolean {
  const key = ({ kind, namespace, policy, list, index }: RuleRef) =>
    [kind, namespace, policy, list, index].join();
  return key(one) === key(other);
}
