import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifests } from "@weft/manifest";
import { formatAddress, parseAddress, sameLabels } from "@weft/netaddr";
import fc from "fast-check";
import { anyPacket, anyStranger, anyWorld } from "../../test/arbitraries.ts";
import { viewOf } from "../../test/world.ts";
import { decide, decideSide, type Flow, type Party } from "../decide.ts";
import { parseNetworkPolicy } from "../parse.ts";
import { protocolNumbers } from "../protocol.ts";
import { type RuleRef, rulesFor } from "../rules.ts";
import { type PolicyView, reservedIdentities } from "../view.ts";
import type { Change } from "./change.ts";
import { explain, governingPolicies, nearestRules } from "./explain.ts";
import { flip } from "./flip.ts";

type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

const runs = { numRuns: 400 };
const anyFamily = fc.constantFrom(4 as const, 6 as const);
const anyPick = fc.record({
  from: fc.nat(),
  to: fc.nat(),
  family: anyFamily,
  packet: anyPacket,
  stranger: anyStranger,
});
type Pick = typeof anyPick extends fc.Arbitrary<infer T> ? T : never;

/** A flow of a world: between two pods, or from or to a stranger. */
function flowOf(view: PolicyView, { from, to, family, packet, stranger }: Pick): Flow {
  const all = view.endpoints.length;
  const outsider: Party = { identity: reservedIdentities.world, address: parseAddress(stranger) };
  const pick = (n: number): Party => view.endpoints[n % (all + 1)] ?? outsider;
  const flow = { from: pick(from), to: pick(to), ...packet };
  return "id" in flow.from && "id" in flow.to ? { ...flow, family } : flow;
}

test("an explanation has the verdict of decide, and each ground its own shape", () => {
  const law = fc.property(anyWorld, fc.array(anyPick, { minLength: 10, maxLength: 10 }), (world, picks) => {
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
        assert.deepEqual(
          [side.enforced, side.allowed, side.rule],
          [expected.enforced, expected.allowed, expected.rule],
        );
        assert.equal(side.ground === "rule", side.rule !== undefined);
        assert.equal(side.ground === "default", !side.allowed && side.rule === undefined);
        assert.equal(side.enforced, side.policies.length > 0);
      }
    }
  });
  fc.assert(law, runs);
});

test("a rule misses no field exactly where it applies", () => {
  const law = fc.property(anyWorld, anyPick, (world, pick) => {
    const view = viewOf(world);
    const flow = flowOf(view, pick);
    const { addresses } = explain(flow, view);
    for (const direction of ["egress", "ingress"] as const) {
      const [end, peer, address] =
        direction === "egress" ? [flow.from, flow.to, addresses.to] : [flow.to, flow.from, addresses.from];
      if (!("id" in end)) continue;
      const rules = rulesFor(end, view);
      const packet = {
        identity: peer.identity,
        address,
        protocol: protocolNumbers[flow.protocol],
        port: flow.port,
      };
      const near = nearestRules(governingPolicies(end, direction, view), flow, direction, address, view);
      assert.equal(near.length, rules[direction].rules.length);
      for (const rule of rules[direction].rules) {
        const only = { ...rules, trusted: [], [direction]: { ...rules[direction], rules: [rule] } };
        const applies = decideSide(only, direction, packet).allowed;
        const misses = near.find(({ ref }) => sameRule(ref, rule.ref))?.misses;
        assert.equal(misses?.length === 0, applies, JSON.stringify(misses));
      }
    }
  });
  fc.assert(law, runs);
});

test("the suggested change, read by the parser, turns a denial around and leaves every other flow as it was", () => {
  const law = fc.property(
    anyWorld,
    anyPick,
    fc.array(anyPick, { minLength: 20, maxLength: 20 }),
    (world, pick, others) => {
      const view = viewOf(world);
      const flow = flowOf(view, pick);
      const explanation = explain(flow, view);
      // Nobody can ask for port 0, and no manifest can name it.
      if (explanation.allowed || flow.port === 0) return;
      const after = applied(flip(explanation, view), view);
      assert.equal(decide(flow, after).allowed, true);
      for (const other of [...others.map((one) => flowOf(view, one)), ...neighbours(flow, world, view)]) {
        if (alike(flow, other)) continue;
        assert.equal(decide(other, after).allowed, decide(other, view).allowed);
      }
    },
  );
  fc.assert(law, runs);
});

/** Every pair of pods on the flow's own port, and the flow's own ends on ports beside it. */
function neighbours(flow: Flow, world: World, view: PolicyView): Flow[] {
  const { protocol, port } = flow;
  const pairs = world.pods.flatMap((_, i) =>
    world.pods.flatMap((_, j): Flow[] => {
      const [from, to] = [view.endpoints[i], view.endpoints[j]];
      return from === undefined || to === undefined ? [] : [{ from, to, protocol, port }];
    }),
  );
  const beside = [port - 1, port + 1]
    .filter((one) => one >= 0 && one <= 65535)
    .map((one) => ({ ...flow, port: one }));
  return [...pairs, ...beside, { ...flow, protocol: protocol === "TCP" ? "UDP" : "TCP" }];
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
  if ("id" in one !== "id" in other) return false;
  if ("id" in one && "id" in other)
    return one.namespace === other.namespace && sameLabels(one.labels, other.labels);
  const text = (party: Party) => ("id" in party ? party.id : formatAddress(party.address));
  return text(one) === text(other);
}

function applied(change: Change, view: PolicyView): PolicyView {
  const gone = new Set(change.delete.map(({ namespace, name }) => `${namespace}/${name}`));
  const kept = view.policies.filter(({ policy }) => !gone.has(`${policy.namespace}/${policy.name}`));
  const added = change.apply.flatMap((text) => {
    const { resources, diagnostics } = parseManifests([{ file: "change.yaml", text }]);
    assert.deepEqual(diagnostics, []);
    return resources.map((resource) => {
      const policy = parseNetworkPolicy(resource);
      if (Array.isArray(policy)) throw new Error(JSON.stringify(policy));
      const taken = view.policies.some(
        (one) => one.policy.namespace === policy.namespace && one.policy.name === policy.name,
      );
      assert.ok(!taken, "a change of its own replaces no policy");
      return { policy, revision: 1000 };
    });
  });
  return { ...view, policies: [...kept, ...added] };
}

function sameRule(one: RuleRef, other: RuleRef): boolean {
  return one.namespace === other.namespace && one.policy === other.policy && one.index === other.index;
}
