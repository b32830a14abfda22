import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@weft/netaddr";
import fc from "fast-check";
import { anyStranger } from "../test/arbitraries.ts";
import { anyFullPacket, anyFullWorld, anyOutsider, packetIn } from "../test/full-arbitraries.ts";
import { loadMaps } from "../test/kernel-maps.ts";
import { viewOf } from "../test/world.ts";
import {
  addressesOf,
  type Direction,
  decide,
  decideSide,
  evaluate,
  type Flow,
  type Packet,
  type Party,
  type PolicyEndpoint,
  type PolicyView,
  protocolNumbers,
  reservedIdentities,
  rulesFor,
  tables,
} from "./index.ts";
import { type OraclePod, oracle } from "./oracle/oracle.ts";

type World = typeof anyFullWorld extends fc.Arbitrary<infer T> ? T : never;

const anyFamily = fc.constantFrom(4 as const, 6 as const);
const pair = fc.tuple(fc.nat(), fc.nat(), anyFamily);
const runs = { numRuns: 700 };

test("decide, tables and the kernel's maps agree with the texts of all kinds between containers", () => {
  const law = fc.property(
    anyFullWorld,
    fc.array(fc.tuple(pair, anyFullPacket), { minLength: 20, maxLength: 20 }),
    (world, flows) => {
      const view = viewOf(world);
      for (const [[a, b, family], asked] of flows) {
        const [i, j] = [a % world.pods.length, b % world.pods.length];
        const [from, to] = [view.endpoints[i], view.endpoints[j]];
        if (i === j || from === undefined || to === undefined) continue;
        const packet = packetIn(family, asked);
        const expected = oracle(world, oraclePod(world, i, family), oraclePod(world, j, family), packet);
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

test("decide and tables agree with the texts on the world and on hosts, who are no containers", () => {
  const asked = fc.array(fc.tuple(fc.nat(), anyOutsider, anyFullPacket), { minLength: 10, maxLength: 10 });
  const law = fc.property(anyFullWorld, asked, (world, all) => {
    const view = viewOf(world);
    for (const [n, { entity, address }, packet] of all) {
      const index = n % world.pods.length;
      const family = address.includes(":") ? 6 : 4;
      const stranger: OraclePod = { entity, labels: {}, address, ports: [] };
      checkOutsider(world, view, index, stranger, packetIn(family, packet));
    }
  });
  fc.assert(law, runs);
});

function checkOutsider(
  world: World,
  view: PolicyView,
  index: number,
  stranger: OraclePod,
  packet: ReturnType<typeof packetIn>,
): void {
  const pod = view.endpoints[index];
  if (pod === undefined) return;
  const { entity = "world", address } = stranger;
  const party: Party = { identity: identityOf[entity] ?? 0, address: parseAddress(address) };
  const own = oraclePod(world, index, party.address.family);
  const out = decide({ from: pod, to: party, ...packet }, view);
  const back = decide({ from: party, to: pod, ...packet }, view);
  assert.equal(out.allowed, oracle(world, own, stranger, packet));
  assert.equal(back.allowed, oracle(world, stranger, own, packet));
  checkSide(pod, view, "egress", { ...party, ...number(packet) });
  checkSide(pod, view, "ingress", { ...party, ...number(packet) });
}

const identityOf: Readonly<Record<string, number>> = {
  world: reservedIdentities.world,
  host: reservedIdentities.host,
  "remote-node": reservedIdentities.remoteNode,
};

test("tables give decide's verdict, rule and revision for ICMP, for the host and for unknown identities", () => {
  const identity = fc.constantFrom(reservedIdentities.host, reservedIdentities.world, 70000);
  const protocol = fc.constantFrom(protocolNumbers.ICMP, protocolNumbers.ICMPv6, 47);
  const law = fc.property(
    anyFullWorld,
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
      }
    },
  );
  fc.assert(law, runs);
});

test("the order in which policies, endpoints and namespaces are listed does not change the tables", () => {
  const law = fc.property(anyFullWorld, (world) => {
    const view = viewOf(world);
    const turned: PolicyView = {
      endpoints: view.endpoints.toReversed().map((endpoint) => ({ ...endpoint })),
      namespaces: new Map([...view.namespaces].reverse()),
      policies: view.policies.toReversed(),
      hosts: view.hosts?.toReversed() ?? [],
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

function oraclePod(world: World, index: number, family: 4 | 6): OraclePod {
  const pod = world.pods[index];
  if (pod === undefined) throw new RangeError(`no pod ${index}`);
  return { ...pod, address: pod.addresses[family === 6 ? 0 : 1] ?? "" };
}

function number({ protocol, port }: Pick<Flow, "protocol" | "port">) {
  return { protocol: protocolNumbers[protocol], port };
}
