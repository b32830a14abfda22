import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@weft/netaddr";
import fc from "fast-check";
import { anyPacket, anyStranger, anyWorld } from "../test/arbitraries.ts";
import { loadMaps } from "../test/kernel-maps.ts";
import { type OraclePod, oracle } from "../test/oracle.ts";
import { viewOf } from "../test/world.ts";
import {
  addressesOf,
  type Direction,
  decide,
  decideSide,
  evaluate,
  type Packet,
  type Party,
  type PolicyEndpoint,
  type PolicyView,
  protocolNumbers,
  reservedIdentities,
  rulesFor,
  tables,
} from "./index.ts";

type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

const pair = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(4 as const, 6 as const));
const runs = { numRuns: 700 };

test("decide, tables and the kernel's maps agree with the Kubernetes text between containers", () => {
  const law = fc.property(
    anyWorld,
    fc.array(fc.tuple(pair, anyPacket), { minLength: 20, maxLength: 20 }),
    (world, flows) => {
      const view = viewOf(world);
      for (const [[a, b, family], packet] of flows) {
        const [i, j] = [a % world.pods.length, b % world.pods.length];
        if (i === j) continue;
        const [from, to] = [view.endpoints[i], view.endpoints[j]];
        if (from === undefined || to === undefined) continue;
        const expected = ask(world, oraclePod(world, i, family), oraclePod(world, j, family), packet);
        const decision = decide({ from, to, ...packet, family }, view);
        assert.equal(decision.allowed, expected);
        const [source, destination] = addressesOf({ from, to, ...packet, family });
        checkSide(from, view, "egress", { identity: to.identity, address: destination, ...number(packet) });
        checkSide(to, view, "ingress", { identity: from.identity, address: source, ...number(packet) });
      }
    },
  );
  fc.assert(law, runs);
});

test("decide and tables agree with the Kubernetes text on strangers, who are matched by address alone", () => {
  const law = fc.property(anyWorld, fc.nat(), anyStranger, anyPacket, (world, n, text, packet) => {
    const view = viewOf(world);
    const index = n % world.pods.length;
    const pod = view.endpoints[index];
    if (pod === undefined) return;
    const family = text.includes(":") ? 6 : 4;
    const party: Party = { identity: reservedIdentities.world, address: parseAddress(text) };
    const stranger: OraclePod = { labels: {}, address: text, ports: [] };
    const own = oraclePod(world, index, family);
    assert.equal(
      decide({ from: pod, to: party, ...packet }, view).allowed,
      ask(world, own, stranger, packet),
    );
    assert.equal(
      decide({ from: party, to: pod, ...packet }, view).allowed,
      ask(world, stranger, own, packet),
    );
    checkSide(pod, view, "egress", { ...party, ...number(packet) });
    checkSide(pod, view, "ingress", { ...party, ...number(packet) });
  });
  fc.assert(law, runs);
});

test("tables give decide's verdict, rule and revision for ICMP, for the host and for unknown identities", () => {
  const identity = fc.constantFrom(reservedIdentities.host, reservedIdentities.world, 70000);
  const protocol = fc.constantFrom(protocolNumbers.ICMP, protocolNumbers.ICMPv6, 47);
  const law = fc.property(
    anyWorld,
    fc.nat(),
    anyStranger,
    identity,
    protocol,
    (world, n, text, identity, protocol) => {
      const view = viewOf(world);
      const pod = view.endpoints[n % view.endpoints.length];
      if (pod === undefined) return;
      for (const direction of ["ingress", "egress"] as const) {
        const packet = { identity, address: parseAddress(text), protocol, port: 0 };
        checkSide(pod, view, direction, packet);
        if (identity === reservedIdentities.host) {
          assert.equal(decideSide(rulesFor(pod, view), direction, packet).allowed, true);
        }
      }
    },
  );
  fc.assert(law, runs);
});

test("the order in which policies, endpoints and namespaces are listed does not change the tables", () => {
  const law = fc.property(anyWorld, (world) => {
    const view = viewOf(world);
    const turned: PolicyView = {
      endpoints: view.endpoints.toReversed().map((endpoint) => ({ ...endpoint })),
      namespaces: new Map([...view.namespaces].reverse()),
      policies: view.policies.toReversed(),
    };
    for (const [index, endpoint] of view.endpoints.entries()) {
      const twin = turned.endpoints.at(-1 - index);
      assert.deepEqual(twin && tables(rulesFor(twin, turned)), tables(rulesFor(endpoint, view)));
    }
  });
  fc.assert(law, { numRuns: 300 });
});

// decideSide, evaluate and the look-ups in raw maps say the same of one packet.
function checkSide(endpoint: PolicyEndpoint, view: PolicyView, direction: Direction, packet: Packet): void {
  const rules = rulesFor(endpoint, view);
  const decided = decideSide(rules, direction, packet);
  const compiled = tables(rules);
  const { enforced, ...verdict } = evaluate(compiled, direction, packet);
  assert.deepEqual([enforced, verdict.allow], [decided.enforced, decided.allowed]);
  const rule = rules[direction].rules[verdict.rule - 1];
  assert.deepEqual(rule?.ref, decided.rule);
  if (!enforced) return;
  assert.equal(verdict.revision, decided.rule?.revision ?? rules[direction].revision);
  assert.deepEqual(loadMaps(compiled)(direction === "ingress" ? 0 : 1, packet), verdict);
}

function ask(
  world: World,
  from: OraclePod,
  to: OraclePod,
  packet: { protocol: string; port: number },
): boolean {
  return oracle(world.policies, world.namespaces, from, to, packet);
}

function oraclePod(world: World, index: number, family: 4 | 6): OraclePod {
  const pod = world.pods[index];
  if (pod === undefined) throw new RangeError(`no pod ${index}`);
  return { ...pod, address: pod.addresses[family === 6 ? 0 : 1] ?? "" };
}

function number({ protocol, port }: { protocol: "TCP" | "UDP" | "SCTP"; port: number }) {
  return { protocol: protocolNumbers[protocol], port };
}
