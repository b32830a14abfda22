import assert from "node:assert/strict";
import { test } from "node:test";
import type { IcmpError } from "./errors.ts";
import { errorFrame } from "./errors.ts";
import { between, frame, kernelTest, types } from "./frames.ts";
import { actions, alice, bob, carol, openMesh, type TestMesh, there } from "./mesh.ts";
import * as packet from "./packet.ts";
import { allows, both } from "./tables.ts";

const nobody = { ipv6: "fd00:1::dead", ipv4: "10.9.0.1" };
const unreachable: IcmpError = { type6: 1, code6: 3, type4: 3, code4: 1 };
const expired: IcmpError = { type6: 3, code6: 0, type4: 11, code4: 0 };
const tooBig: IcmpError = { type6: 2, code6: 0, type4: 3, code4: 4, mtu: 1400 };

/** An IPv4 frame of Alice's. */
const ipv4Frame = (to: string, protocol: number, payload: Uint8Array, options: packet.IpOptions = {}) =>
  frame(packet.ip("10.0.0.10", to, protocol, payload, options), types.ipv4);
const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index * 7);
const df = 0x4000;

async function assertTold(mesh: TestMesh, name: string, sent: Uint8Array, outcome: string, error: IcmpError) {
  const verdict = await mesh.send(sent);
  assert.deepEqual([name, verdict.action, verdict.outcome], [name, actions.redirect, outcome]);
  assert.deepEqual(Buffer.from(verdict.data).toString("hex"), errorFrame(sent, error).toString("hex"), name);
}

test("a packet to nobody in the mesh is answered with unreachable, byte for byte", kernelTest, async () => {
  using mesh = await openMesh();
  for (const length of [0, 1, 2, 3, 31, 32, 33, 500, 1100]) {
    const datagram = packet.udp(5, 6, bytes(length));
    const six = between(alice, nobody, 17, datagram);
    await assertTold(mesh, `IPv6, ${length}`, six, "DROP_NO_PEER", unreachable);
    await assertTold(
      mesh,
      `IPv4, ${length}`,
      ipv4Frame(nobody.ipv4, 17, datagram),
      "DROP_NO_PEER",
      unreachable,
    );
  }
});

test("no more is quoted than every link takes, and no padding", kernelTest, async () => {
  using mesh = await openMesh();
  for (const length of [1191, 1192, 1193, 1300]) {
    const sent = between(alice, nobody, 17, packet.udp(5, 6, bytes(length - 8)));
    await assertTold(mesh, `IPv6, ${length}`, sent, "DROP_NO_PEER", unreachable);
  }
  for (const length of [527, 528, 529]) {
    const sent = ipv4Frame(nobody.ipv4, 17, packet.udp(5, 6, bytes(length - 8)));
    await assertTold(mesh, `IPv4, ${length}`, sent, "DROP_NO_PEER", unreachable);
  }
  const small = between(alice, nobody, 17, packet.udp(5, 6));
  const { data } = await mesh.send(packet.join(small, new Uint8Array(20)));
  assert.deepEqual(data, new Uint8Array(errorFrame(small, unreachable)));
});

test(
  "a hop limit that is used up is told, on the way to this host's containers and to others",
  kernelTest,
  async () => {
    using mesh = await openMesh();
    for (const to of [bob, carol]) {
      for (const hopLimit of [0, 1]) {
        const six = between(alice, to, 17, packet.udp(5, 33_434), { hopLimit });
        await assertTold(mesh, "IPv6", six, "DROP_HOP_LIMIT", expired);
        const four = ipv4Frame(`${to.ipv4}`, 17, packet.udp(5, 33_434), { hopLimit });
        await assertTold(mesh, "IPv4", four, "DROP_HOP_LIMIT", expired);
      }
    }
    const last = await mesh.send(between(alice, bob, 17, packet.udp(5, 6), { hopLimit: 2 }));
    assert.deepEqual([last.outcome, last.data[21]], ["FORWARDED", 1]);
  },
);

test("the hop limit of what the host's stack forwards is left to the stack", kernelTest, async () => {
  using mesh = await openMesh();
  const sent = between(alice, { ipv6: "2001:db8::1" }, 17, packet.udp(5, 6), { hopLimit: 1 });
  const { action, data } = await mesh.send(sent);
  assert.deepEqual([action, data], [actions.next, sent]);
});

test(
  "too big for the way to another host is told with the MTU; on this host nothing is",
  kernelTest,
  async () => {
    using mesh = await openMesh();
    const six = (size: number, to = carol) => between(alice, to, 17, packet.udp(5, 6, bytes(size - 48)));
    const four = (size: number, fragment = df) =>
      ipv4Frame("10.0.0.12", 17, packet.udp(5, 6, bytes(size - 28)), { fragment });
    await assertTold(mesh, "IPv6", six(1401), "DROP_TOO_BIG", tooBig);
    await assertTold(mesh, "IPv4", four(1401), "DROP_TOO_BIG", tooBig);
    await assertTold(mesh, "IPv4 that could be made into fragments", four(1401, 0), "DROP_TOO_BIG", tooBig);
    for (const data of [six(1400), four(1400), six(2000, bob)]) {
      assert.equal((await mesh.send(data)).outcome, "FORWARDED");
    }
  },
);

test(
  "what the other host's wire takes counts when that is less, and never more than leaves here",
  kernelTest,
  async () => {
    using mesh = await openMesh({ tunnel: "none" });
    const program = mesh.alice.program("from_container");
    const frame = (size: number) => between(alice, carol, 17, packet.udp(5, 6, bytes(size - 48)));
    for (const [told, takes] of [
      [1300, 1300],
      [9000, 1400],
      [0, 1400],
    ] as const) {
      mesh.datapath.addHost(there, 2, told);
      assert.equal((await mesh.send(frame(takes))).outcome, "FORWARDED", `${told}`);
      const { data, outcome } = await mesh.send(frame(takes + 1));
      assert.deepEqual([outcome, (data[60] ?? 0) * 256 + (data[61] ?? 0)], ["DROP_TOO_BIG", takes]);
    }
    mesh.datapath.addHost(there, 2, 1300);
    const sent = between(alice, carol, 6, packet.join(packet.tcp(5, 6, packet.flags.ack), bytes(3000)));
    const fits = await mesh.run(program, sent, { gsoSize: 1240, gsoSegs: 3 });
    assert.equal(fits.outcome, "FORWARDED");
    assert.equal((await mesh.run(program, sent, { gsoSize: 1241, gsoSegs: 3 })).outcome, "DROP_TOO_BIG");
  },
);

test("of a super-packet the segments count", kernelTest, async () => {
  // A test run's super-packets have no kind, so that the kernel puts no tunnel header before them.
  using mesh = await openMesh({ tunnel: "none" });
  const program = mesh.alice.program("from_container");
  const sent = between(alice, carol, 6, packet.join(packet.tcp(5, 6, packet.flags.ack), bytes(3000)));
  const fits = await mesh.run(program, sent, { gsoSize: 1340, gsoSegs: 3 });
  assert.deepEqual([fits.action, fits.outcome], [actions.redirect, "FORWARDED"]);
  const big = await mesh.run(program, sent, { gsoSize: 1341, gsoSegs: 3 });
  assert.equal(big.outcome, "DROP_TOO_BIG");
  assert.deepEqual(Buffer.from(big.data), errorFrame(sent, tooBig));
});

test(
  "the error comes from the host's own address of the family, or from the gateway",
  kernelTest,
  async () => {
    const sent = {
      six: between(alice, nobody, 17, packet.udp(5, 6)),
      four: ipv4Frame(nobody.ipv4, 17, packet.udp(5, 6)),
    };
    using both6 = await openMesh({
      underlay: ["fd99::1", "fd99::2"],
      otherUnderlay: ["192.168.7.1", "192.168.7.2"],
    });
    await assertTold(both6, "IPv6", sent.six, "DROP_NO_PEER", { ...unreachable, from6: "fd99::1" });
    await assertTold(both6, "IPv4", sent.four, "DROP_NO_PEER", { ...unreachable, from4: "192.168.7.1" });
    using only6 = await openMesh({ underlay: ["fd99::1", "fd99::2"] });
    await assertTold(only6, "IPv4", sent.four, "DROP_NO_PEER", { ...unreachable, from4: "169.254.1.1" });
  },
);

test("there are no errors about errors, later fragments, and what policy refuses", kernelTest, async () => {
  const egress = allows([], 6, []);
  const inside = packet.ip(alice.ipv6, bob.ipv6, 17, packet.udp(1, 2));
  const icmp6 = (type: number) =>
    between(alice, nobody, 58, packet.icmp(type, 0, packet.join(new Uint8Array(4), inside)));
  const icmp4 = (type: number) => ipv4Frame(nobody.ipv4, 1, packet.icmp(type, 0, new Uint8Array(32)));
  const later = packet.join(Uint8Array.of(17, 0, 1, 0, 0, 0, 0, 1), bytes(32));
  const silent: [string, Uint8Array][] = [
    ...[1, 2, 3, 4, 100, 127].map((type): [string, Uint8Array] => [`ICMPv6 ${type}`, icmp6(type)]),
    ...[3, 4, 5, 11, 12].map((type): [string, Uint8Array] => [`ICMP ${type}`, icmp4(type)]),
    ["a frame to everybody", between(alice, nobody, 17, packet.udp(1, 2)).fill(0xff, 0, 6)],
    ["a frame to a group", between(alice, nobody, 17, packet.udp(1, 2)).fill(0x33, 0, 2)],
    ["a later IPv6 fragment", between(alice, nobody, 44, later)],
    ["a later IPv4 fragment", ipv4Frame(nobody.ipv4, 17, bytes(32), { fragment: 100 })],
  ];
  using mesh = await openMesh();
  for (const [name, data] of silent) {
    const { action, outcome } = await mesh.send(data);
    assert.deepEqual([name, action, outcome], [name, actions.drop, "DROP_NO_PEER"]);
  }
  for (const data of [icmp6(128), icmp6(129), icmp4(8), icmp4(0), icmp4(13)]) {
    assert.equal((await mesh.send(data)).action, actions.redirect);
  }
  using closed = await openMesh({ alice: both({ egress }) });
  const refused = await closed.send(between(alice, carol, 17, packet.udp(1, 2), { hopLimit: 1 }));
  assert.deepEqual([refused.action, refused.outcome], [actions.drop, "DROP_POLICY_EGRESS"]);
});

test("a later fragment is not told of, even if its flow is known", kernelTest, async () => {
  using mesh = await openMesh({ alice: both({}) });
  const whole = packet.udp(5, 6, bytes(64));
  const part = (fragment: number, body: Uint8Array, hopLimit = 64) =>
    mesh.send(ipv4Frame("10.0.0.12", 17, body, { fragment, hopLimit }));
  assert.equal((await part(0x2000, whole.subarray(0, 64))).outcome, "FORWARDED");
  assert.equal((await part(8, whole.subarray(64))).outcome, "FORWARDED");
  const first = await part(0x2000, whole.subarray(0, 64), 1);
  assert.deepEqual([first.action, first.outcome], [actions.redirect, "DROP_HOP_LIMIT"]);
  const later = await part(8, whole.subarray(64), 1);
  assert.deepEqual([later.action, later.outcome], [actions.drop, "DROP_HOP_LIMIT"]);
});

test("a container is told of a burst and not of a flood", kernelTest, async () => {
  using mesh = await openMesh();
  const program = mesh.alice.program("from_container");
  const data = between(alice, nobody, 17, packet.udp(5, 6));
  const verdicts = await Promise.all(Array.from({ length: 500 }, () => program.testRun({ data })));
  const told = verdicts.filter(({ retval }) => retval === actions.redirect).length;
  const silent = verdicts.filter(({ retval }) => retval === actions.drop).length;
  assert.ok(told >= 50 && silent > 0 && told + silent === 500, `${told} told, ${silent} not`);
});
