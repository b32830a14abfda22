import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, parseAddress, prefixOf, prefixToBytes } from "@weft/netaddr";
import { evaluate, type PolicyTable, type PolicyTables } from "@weft/policy";
import fc from "fast-check";
import { type Datapath, gatewayMac, openDatapath } from "./datapath.ts";
import { kernelTest, types } from "./frames.ts";
import { alice } from "./mesh.ts";
import * as packet from "./packet.ts";

const identities = [1, 2, 256, 257, 258, 259] as const;
const world = [
  "2001:db8::1",
  "2001:db8:1::1",
  "2001:db8:1::2",
  "198.51.100.1",
  "198.51.100.200",
  "203.0.113.7",
];
const ports = [0, 1, 52, 53, 79, 80, 81, 443, 8079, 8080, 65_534, 65_535];
const protocols = [6, 17, 132] as const;
const peerOf = (identity: number): string => `fd00:1::${identity.toString(16)}`;

const prefix = fc
  .record({ address: fc.constantFrom(...world), length: fc.integer({ min: 0, max: 128 }) })
  .map(({ address, length }) => {
    const parsed = parseAddress(address);
    return prefixToBytes(prefixOf(parsed, parsed.family === 4 ? length >> 2 : length));
  });

// Cut at random points, so that ranges do not overlap.
const portClasses = (classes: number): fc.Arbitrary<PolicyTable["ports"]> =>
  fc
    .record({
      protocol: fc.constantFrom(...protocols),
      cuts: fc.uniqueArray(fc.constantFrom(...ports), { minLength: 1, maxLength: 5 }),
      classes: fc.array(fc.nat({ max: classes - 1 }), { minLength: 5, maxLength: 5 }),
    })
    .map(({ protocol, cuts, classes: given }) =>
      cuts
        .toSorted((a, b) => a - b)
        .map((from, index, all) => {
          const to = (all[index + 1] ?? 65_536) - 1;
          return { protocol, from, to, class: given[index] ?? 0 };
        }),
    );

const table: fc.Arbitrary<PolicyTable> = fc
  .record({
    identityClasses: fc.integer({ min: 1, max: 3 }),
    addressClasses: fc.integer({ min: 1, max: 3 }),
    portClasses: fc.integer({ min: 1, max: 3 }),
  })
  .chain((sizes) =>
    fc.record({
      enforced: fc.constant(true),
      identityClasses: fc.constant(sizes.identityClasses),
      addressClasses: fc.constant(sizes.addressClasses),
      portClasses: fc.constant(sizes.portClasses),
      identities: fc.uniqueArray(
        fc.record({
          identity: fc.constantFrom(...identities),
          class: fc.nat({ max: sizes.identityClasses - 1 }),
        }),
        { selector: ({ identity }) => identity, maxLength: 5 },
      ),
      addresses: fc.uniqueArray(fc.record({ prefix, class: fc.nat({ max: sizes.addressClasses - 1 }) }), {
        selector: (entry) => `${entry.prefix.address}/${entry.prefix.length}`,
        maxLength: 5,
      }),
      ports: portClasses(sizes.portClasses),
      verdicts: fc.array(
        fc.record({ allow: fc.boolean(), rule: fc.nat({ max: 9 }), revision: fc.nat({ max: 99 }) }),
        {
          minLength: sizes.identityClasses * sizes.addressClasses * sizes.portClasses,
          maxLength: sizes.identityClasses * sizes.addressClasses * sizes.portClasses,
        },
      ),
    }),
  );

interface Probe {
  readonly identity: number;
  readonly address: string;
  readonly protocol: (typeof protocols)[number];
  readonly port: number;
}
const probes = fc.array(
  fc.record({
    identity: fc.constantFrom(...identities),
    address: fc.constantFrom(...world),
    protocol: fc.constantFrom(...protocols),
    port: fc.constantFrom(...ports),
  }),
  { minLength: 40, maxLength: 40 },
);

function segment(protocol: number, src: number, dst: number): Uint8Array {
  if (protocol === 132) return packet.sctp(src, dst);
  return protocol === 6 ? packet.tcp(src, dst) : packet.udp(src, dst);
}

/** As the sender of the first packet of a flow of its own. */
function outbound({ identity, address, protocol, port }: Probe, source: number): Uint8Array {
  // Containers are told by their addresses; what is none is the world.
  const dst = identity < 256 ? address : peerOf(identity);
  const src = dst.includes(":") ? alice.ipv6 : `${alice.ipv4}`;
  const type = dst.includes(":") ? types.ipv6 : types.ipv4;
  return packet.ethernet(
    gatewayMac,
    alice.mac,
    type,
    packet.ip(src, dst, protocol, segment(protocol, source, port)),
  );
}

function inbound({ address, protocol, port }: Probe, source: number): Uint8Array {
  const dst = address.includes(":") ? alice.ipv6 : `${alice.ipv4}`;
  const type = address.includes(":") ? types.ipv6 : types.ipv4;
  return packet.ethernet(
    alice.mac,
    gatewayMac,
    type,
    packet.ip(address, dst, protocol, segment(protocol, source, port)),
  );
}

async function verdicts(
  datapath: Datapath,
  policy: PolicyTables,
  specialised: boolean,
  all: readonly Probe[],
): Promise<boolean[]> {
  const loaded = await datapath.load({ ...alice, policy, specialised });
  const passes: boolean[] = [];
  for (const [index, probe] of all.entries()) {
    const source = 10_000 + index;
    const sent = await loaded.program("from_container").testRun({ data: outbound(probe, source) });
    const given = { data: inbound(probe, source), skb: { cb: [probe.identity] } };
    const received = await loaded.program("to_container").testRun(given);
    passes.push(sent.retval !== 2, received.retval !== 2);
  }
  for (const [key] of [...datapath.map("openings").entries()]) datapath.map("openings").delete(key);
  return passes;
}

function expected(policy: PolicyTables, all: readonly Probe[]): boolean[] {
  return all.flatMap(({ identity, address, protocol, port }) => {
    const to: Address = parseAddress(identity < 256 ? address : peerOf(identity));
    const seen = identity < 256 ? 2 : identity;
    const out = evaluate(policy, "egress", { identity: seen, address: to, protocol, port });
    const from = { identity, address: parseAddress(address), protocol, port };
    return [out.allow, evaluate(policy, "ingress", from).allow];
  });
}

test(
  "law: maps, branches and the policy library give every packet the same verdict",
  kernelTest,
  async () => {
    using datapath = await openDatapath({ underlay: "192.168.7.1" });
    for (const identity of identities.filter((each) => each >= 256)) {
      datapath.addPeer({ slot: 1, identity, mac: alice.mac, ipv6: peerOf(identity) }, "192.168.7.2");
    }
    const tables = fc.record({ ingress: table, egress: table });
    await fc.assert(
      fc.asyncProperty(tables, probes, async (policy, all) => {
        const wanted = expected(policy, all);
        assert.deepEqual(await verdicts(datapath, policy, false, all), wanted, "maps");
        assert.deepEqual(await verdicts(datapath, policy, true, all), wanted, "branches");
      }),
      // Each run compiles an object; a failing one is small enough as it is.
      { numRuns: 8, endOnFailure: true },
    );
  },
);
