import assert from "node:assert/strict";
import { test } from "node:test";
import { recordKind, step } from "../gen/abi.ts";
import { gatewayMac } from "./datapath.ts";
import { between, frame, kernelTest, types } from "./frames.ts";
import { alice, bob, carol, here, openMesh, stranger, there } from "./mesh.ts";
import * as packet from "./packet.ts";
import { lossesOf, openRecords, type PacketRecord } from "./records.ts";
import { allows, both, closed, open } from "./tables.ts";
import { arrive } from "./tunnel-packet.ts";

const { syn, ack } = packet.flags;
const hex = (address: string) => Buffer.from(packet.addressBytes(address)).toString("hex");
const zero = "0".repeat(32);

/** What a test says of a record; the rest is as in `plain`. */
type Expected = Partial<Omit<PacketRecord, "timeNs">>;
const plain: Omit<PacketRecord, "timeNs"> = {
  kind: "DROP",
  outcome: "",
  slot: alice.slot,
  direction: "none",
  rule: 0,
  revision: 1,
  source: hex(alice.ipv6),
  destination: hex(bob.ipv6),
  ports: [0, 0],
  identities: [alice.identity, bob.identity],
  protocol: 6,
  icmp: 0,
  tcpFlags: 0,
  state: 0,
  step: 0,
  bytes: 60,
};

function assertRecords(records: readonly PacketRecord[], expected: readonly Expected[]): void {
  assert.deepEqual(
    records.map(({ timeNs: _, ...record }) => record),
    expected.map((each) => ({ ...plain, ...each })),
  );
}

/** A request for an address's MAC (RFC 826), from Ethernet's header on. */
function arp(sender: string, target: string): Uint8Array {
  const ipv4 = (address: string) => packet.addressBytes(address).slice(-4);
  const mac = new Uint8Array(6);
  return packet.join(Uint8Array.of(0, 1, 8, 0, 6, 4, 0, 1), mac, ipv4(sender), mac, ipv4(target));
}

type Row = readonly [title: string, data: Uint8Array, expected: Expected];

const toBob = (protocol: number, payload: Uint8Array) => between(alice, bob, protocol, payload);
const sent: readonly Row[] = [
  [
    "another's MAC",
    frame(packet.ip(alice.ipv6, bob.ipv6, 6, packet.tcp(40_000, 80)), types.ipv6, bob.mac),
    { outcome: "DROP_SOURCE_MAC", ports: [40_000, 80], tcpFlags: syn },
  ],
  [
    "another's MAC that asks for the gateway's",
    packet.ethernet("ff:ff:ff:ff:ff:ff", bob.mac, 0x0806, arp("10.0.0.99", "169.254.1.1")),
    {
      outcome: "DROP_SOURCE_MAC",
      source: hex("10.0.0.99"),
      destination: hex("169.254.1.1"),
      identities: [alice.identity, 2],
      protocol: 0,
      bytes: 28,
    },
  ],
  [
    "another's address",
    frame(packet.ip("fd00:1::99", bob.ipv6, 17, packet.udp(1, 53))),
    {
      outcome: "DROP_SOURCE_ADDRESS",
      source: hex("fd00:1::99"),
      ports: [1, 53],
      protocol: 17,
      bytes: 52,
    },
  ],
  [
    "nobody's address, of which the sender is told",
    between(alice, { ipv6: "fd00:1::99" }, 6, packet.tcp(40_000, 80, syn | ack)),
    {
      outcome: "DROP_NO_PEER",
      destination: hex("fd00:1::99"),
      identities: [alice.identity, 0],
      ports: [40_000, 80],
      tcpFlags: syn | ack,
    },
  ],
  [
    "a hop limit that is used up",
    between(alice, bob, 58, packet.icmp(128, 0, packet.echo(7)), { hopLimit: 1 }),
    { outcome: "DROP_HOP_LIMIT", protocol: 58, icmp: 0x8000, bytes: 56 },
  ],
  [
    "multicast",
    between(alice, { ipv6: "ff02::fb" }, 17, packet.udp(5353, 5353)),
    {
      outcome: "DROP_MULTICAST",
      destination: hex("ff02::fb"),
      identities: [alice.identity, 2],
      ports: [5353, 5353],
      protocol: 17,
      bytes: 52,
    },
  ],
  [
    "IPv4",
    frame(packet.ip("10.0.0.99", `${bob.ipv4}`, 6, packet.tcp(40_000, 80)), types.ipv4),
    {
      outcome: "DROP_SOURCE_ADDRESS",
      source: hex("10.0.0.99"),
      destination: hex(`${bob.ipv4}`),
      ports: [40_000, 80],
      tcpFlags: syn,
      bytes: 40,
    },
  ],
  [
    "what is no IP",
    packet.ethernet(gatewayMac, alice.mac, 0x88cc, new Uint8Array(50)),
    {
      outcome: "DROP_PROTOCOL",
      source: zero,
      destination: zero,
      identities: [alice.identity, 0],
      protocol: 0,
      bytes: 50,
    },
  ],
];

test("a dropped packet is on record with its reason, its ends and its ports", kernelTest, async (t) => {
  using mesh = await openMesh();
  await using records = await openRecords(mesh.datapath);
  for (const [title, data, expected] of sent) {
    await t.test(title, async () => {
      const { outcome } = await mesh.send(data);
      assert.equal(outcome, expected.outcome);
      assertRecords(await records.taken(), [expected]);
    });
  }
});

test("multicast is dropped without a record, unless all is observed", kernelTest, async () => {
  using mesh = await openMesh();
  await using records = await openRecords(mesh.datapath);
  await mesh.change("alice", { recordKinds: (1 << recordKind.drop) | (1 << recordKind.cut) });
  const mdns = between(alice, { ipv6: "ff02::fb" }, 17, packet.udp(5353, 5353));
  assert.equal((await mesh.send(mdns)).outcome, "DROP_MULTICAST");
  assert.deepEqual(await records.taken(), []);
});

test("a packet that a step of the program fails for is on record with the step", kernelTest, async () => {
  using mesh = await openMesh();
  await using records = await openRecords(mesh.datapath);
  // Of no kind that the kernel makes room for.
  const data = between(alice, carol, 17, packet.udp(9, 53));
  const { outcome } = await mesh.run(mesh.alice.program("from_container"), data, { gsoSize: 20, gsoSegs: 2 });
  assert.equal(outcome, "DROP_INTERNAL");
  const [record] = await records.taken();
  assert.equal(record?.step, step.encapRoom);
});

test("a policy's drop names the container that judged, the direction and the rule", kernelTest, async () => {
  const denied = { allow: false, rule: 3, revision: 1 };
  const policy = { ...closed, verdicts: [denied] };
  for (const specialised of [false, true]) {
    using mesh = await openMesh({ bob: both({ ingress: policy, egress: closed }), specialised });
    await using records = await openRecords(mesh.datapath);
    await mesh.change("bob", { policyRevision: 77 });
    await mesh.send(toBob(6, packet.tcp(40_000, 80)));
    await mesh.reply(between(bob, carol, 17, packet.udp(9, 53)));
    const judged = { slot: bob.slot, revision: 77 };
    assertRecords(await records.taken(), [
      {
        ...judged,
        outcome: "DROP_POLICY_INGRESS",
        direction: "ingress",
        rule: 3,
        ports: [40_000, 80],
        tcpFlags: syn,
      },
      {
        ...judged,
        outcome: "DROP_POLICY_EGRESS",
        direction: "egress",
        ports: [9, 53],
        protocol: 17,
        source: hex(bob.ipv6),
        destination: hex(carol.ipv6),
        identities: [bob.identity, carol.identity],
        bytes: 52,
      },
    ]);
  }
});

test("an answer to what nobody asked is no matter of rules", kernelTest, async () => {
  using mesh = await openMesh({ bob: both({ egress: allows([alice.identity], 6, [40_000]) }) });
  await using records = await openRecords(mesh.datapath);
  await mesh.reply(between(bob, alice, 6, packet.tcp(80, 40_000, syn | ack)));
  assertRecords(await records.taken(), [
    {
      outcome: "DROP_UNASKED",
      slot: bob.slot,
      source: hex(bob.ipv6),
      destination: hex(alice.ipv6),
      identities: [bob.identity, alice.identity],
      ports: [80, 40_000],
      tcpFlags: syn | ack,
    },
  ]);
});

test("a flow is on record once at each container that let it pass, with the rule", kernelTest, async () => {
  using mesh = await openMesh({
    alice: both({ egress: allows([bob.identity], 6, [80]) }),
    bob: both({ ingress: open }),
  });
  await using records = await openRecords(mesh.datapath);
  const steps = [
    ["send", packet.tcp(40_000, 80, syn)],
    ["send", packet.tcp(40_000, 80, syn)],
    ["reply", packet.tcp(80, 40_000, syn | ack)],
    ["send", packet.tcp(40_000, 80, ack)],
    ["reply", packet.tcp(80, 40_000, ack)],
  ] as const;
  for (const [who, payload] of steps) {
    const data = who === "send" ? toBob(6, payload) : between(bob, alice, 6, payload);
    assert.equal((await mesh[who](data)).outcome, "FORWARDED");
  }
  const flow = { kind: "FLOW", outcome: "FORWARDED", ports: [40_000, 80], tcpFlags: syn } as const;
  assertRecords(await records.taken(), [
    { ...flow, direction: "egress", rule: 1 },
    { ...flow, direction: "ingress", slot: bob.slot },
  ]);
});

test(
  "the uplink's drops are on record: the packet inside, if a host of the mesh sent it",
  kernelTest,
  async () => {
    using mesh = await openMesh();
    await using records = await openRecords(mesh.datapath);
    const inner = (destination: string) =>
      packet.ethernet(
        alice.mac,
        gatewayMac,
        types.ipv6,
        packet.ip(carol.ipv6, destination, 17, packet.udp(9, 53)),
      );
    const come = (src: string, frameInside: Uint8Array, identity = carol.identity) =>
      mesh.run(
        mesh.datapath.uplink.program("from_uplink"),
        arrive("vxlan", { src, dst: here }, { identity }, frameInside),
      );
    await come(stranger, inner(alice.ipv6));
    await come(there, inner("fd00:1::99"));
    await come(there, inner(alice.ipv6), 7);
    const uplink = { slot: 0, revision: 0, protocol: 17, direction: "none" } as const;
    const carols = { ...uplink, source: hex(carol.ipv6), ports: [9, 53], bytes: 52 } as const;
    assertRecords(await records.taken(), [
      {
        ...uplink,
        outcome: "DROP_UNKNOWN_HOST",
        source: hex(stranger),
        destination: hex(here),
        identities: [0, 1],
        ports: [51_234, 4789],
        bytes: 20 + 8 + 8 + 14 + 52,
      },
      {
        ...carols,
        outcome: "DROP_WRONG_HOST",
        destination: hex("fd00:1::99"),
        identities: [carol.identity, 0],
      },
      {
        ...carols,
        outcome: "DROP_IDENTITY",
        destination: hex(alice.ipv6),
        identities: [7, alice.identity],
      },
    ]);
  },
);

test("a flood of drops makes no flood of records, and what is missing is counted", kernelTest, async () => {
  using mesh = await openMesh({ bob: both({ egress: closed }) });
  await using records = await openRecords(mesh.datapath);
  const packets = 20_000;
  const data = between(bob, alice, 17, packet.udp(9, 53));
  await mesh.bob.program("from_container").testRun({ data, repeat: packets });
  const written = (await records.taken()).length;
  const [budget = 0, ring = 0] = lossesOf(mesh.bob);
  assert.equal(written + budget + ring, packets);
  assert.ok(written >= 400 && written < 2000, `${written} records`);
});

test("a ring that nobody reads fills, and what finds no room is counted", kernelTest, async () => {
  using mesh = await openMesh();
  const data = toBob(17, packet.udp(9, 53));
  const room = Math.floor(2 ** 20 / 88);
  let written = 0;
  for (let slot = 100; written < room + 1000; slot += 1) {
    const loaded = await mesh.datapath.load({ ...bob, slot });
    await loaded.program("from_container").testRun({ data, repeat: 400 });
    const [budget = 0, ring = 0] = lossesOf(loaded);
    written += 400 - budget;
    if (ring > 0) return;
  }
  assert.fail(`${written} records in a ring of ${room}`);
});

test("nothing is written of what nobody wants on record", kernelTest, async () => {
  using mesh = await openMesh({ alice: both({ egress: closed }) });
  await using records = await openRecords(mesh.datapath);
  const data = toBob(17, packet.udp(9, 53));
  for (const recordKinds of [0, 1 << 3]) {
    await mesh.change("alice", { recordKinds });
    assert.equal((await mesh.send(data)).outcome, "DROP_POLICY_EGRESS");
    assert.equal((await mesh.send(data.with(6, 3))).outcome, "DROP_SOURCE_MAC");
  }
  assertRecords(await records.taken(), []);
});
