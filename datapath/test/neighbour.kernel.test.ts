import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMac } from "@weft/netaddr";
import { gatewayMac } from "./datapath.ts";
import { uplinkFrame } from "./frames.ts";
import { actions, alice, bob, carol, here, openMesh, there } from "./mesh.ts";
import * as packet from "./packet.ts";
import { arrive } from "./tunnel-packet.ts";

const skip = process.getuid?.() === 0 ? false : "needs root";
const gateway6 = "fe80::1";
const solicitedNode = "ff02::1:ff00:1";
const zero = "00:00:00:00:00:00";

const solicit = (src: string, dst: string, target: string, more: packet.IpOptions = { hopLimit: 255 }) => {
  const message = packet.neighbour(135, target, { type: 1, mac: alice.mac });
  return packet.ethernet("33:33:ff:00:00:01", alice.mac, 0x86dd, packet.icmpv6(src, dst, message, more));
};
const neighbour = (target: string) => packet.neighbour(135, target);
const nonce = [14, 1, 1, 2, 3, 4, 5, 6];
/** Alice's message to the gateway, with these bytes behind it. */
const message = (start: Uint8Array, ...options: readonly number[][]) => {
  const whole = packet.join(start, ...options.map((bytes) => Uint8Array.from(bytes)));
  return packet.ethernet(
    gatewayMac,
    alice.mac,
    0x86dd,
    packet.icmpv6(alice.ipv6, gateway6, whole, { hopLimit: 255 }),
  );
};
/** A solicitation without options. */
const bare = (src: string, dst: string, target: string) =>
  packet.ethernet(
    "33:33:ff:00:00:01",
    alice.mac,
    0x86dd,
    packet.icmpv6(src, dst, neighbour(target), { hopLimit: 255 }),
  );
const ask = (sender: { mac: string; address: string }, target: string, operation: 1 | 2 = 1) =>
  packet.ethernet(
    "ff:ff:ff:ff:ff:ff",
    alice.mac,
    0x0806,
    packet.arp(operation, sender, { mac: zero, address: target }),
  );

test("a solicitation for the gateway is answered byte for byte as RFC 4861 says", { skip }, async () => {
  using mesh = await openMesh();
  for (const src of [alice.ipv6, "fe80::1234"]) {
    for (const dst of [gateway6, solicitedNode]) {
      const { action, outcome, data } = await mesh.send(solicit(src, dst, gateway6));
      assert.deepEqual([action, outcome], [actions.redirect, "ANSWERED"]);
      const message = packet.neighbour(136, gateway6, { type: 2, mac: gatewayMac });
      message[4] = 0xe0;
      const told = packet.icmpv6(gateway6, src, message, { hopLimit: 255 });
      assert.deepEqual(data, packet.ethernet(alice.mac, gatewayMac, 0x86dd, told));
    }
  }
});

test("a solicitation without option gets the same answer", { skip }, async () => {
  using mesh = await openMesh();
  const asked = packet.icmpv6(alice.ipv6, gateway6, packet.neighbour(135, gateway6), { hopLimit: 255 });
  const { outcome, data } = await mesh.send(packet.ethernet(gatewayMac, alice.mac, 0x86dd, asked));
  assert.deepEqual([outcome, data.length], ["ANSWERED", 86]);
});

test("options that are not known, and padding behind the packet, change nothing", { skip }, async () => {
  using mesh = await openMesh();
  const plain = message(neighbour(gateway6));
  const { data: expected } = await mesh.send(plain);
  for (const data of [message(neighbour(gateway6), nonce, nonce), packet.join(plain, new Uint8Array(10))]) {
    const { outcome, data: told } = await mesh.send(data);
    assert.deepEqual([outcome, told], ["ANSWERED", expected]);
  }
});

test("a solicitation or an ARP request cut short anywhere gets no answer", { skip }, async () => {
  using mesh = await openMesh();
  const program = mesh.alice.program("from_container");
  const own = { mac: alice.mac, address: "10.0.0.10" };
  for (const [whole, header] of [
    [solicit(alice.ipv6, gateway6, gateway6), 54],
    [ask(own, "169.254.1.1"), 15],
  ] as const) {
    for (let length = header; length < whole.length; length += 1) {
      const { retval } = await program.testRun({ data: whole.subarray(0, length) });
      assert.deepEqual([length, retval], [length, actions.drop]);
    }
  }
});

test("what is not a proper solicitation for the gateway is never answered", { skip }, async () => {
  using mesh = await openMesh();
  const damaged = solicit(alice.ipv6, gateway6, gateway6);
  damaged[57] = (damaged[57] ?? 0) ^ 1;
  const whole = packet.icmpv6(alice.ipv6, gateway6, neighbour(gateway6), { hopLimit: 255 });
  const header = packet.join(Uint8Array.of(58, 0, 0, 1, 0, 0, 0, 9), whole.subarray(40));
  const fragmented = packet.ethernet(
    gatewayMac,
    alice.mac,
    0x86dd,
    packet.ip(alice.ipv6, gateway6, 44, header, { hopLimit: 255 }),
  );
  const cases: [string, string, Uint8Array][] = [
    ["duplicate address detection", "DROP_MULTICAST", bare("::", "ff02::1:ff00:a", alice.ipv6)],
    ["... of the gateway's address", "DROP_NEIGHBOUR", bare("::", solicitedNode, gateway6)],
    ["... with a link-layer address", "DROP_MALFORMED", solicit("::", "ff02::1:ff00:a", alice.ipv6)],
    ["... that is not multicast", "DROP_MALFORMED", bare("::", gateway6, gateway6)],
    ["a multicast target", "DROP_MALFORMED", bare(alice.ipv6, gateway6, "ff02::1")],
    ["code 1", "DROP_MALFORMED", message(neighbour(gateway6).with(1, 1))],
    ["one byte short", "DROP_MALFORMED", message(neighbour(gateway6).subarray(0, 23))],
    ["an option of length 0", "DROP_MALFORMED", message(neighbour(gateway6), [14, 0, 0, 0, 0, 0, 0, 0])],
    ["an option of length 0 behind another", "DROP_MALFORMED", message(neighbour(gateway6), nonce, [14, 0])],
    ["an option cut short", "DROP_MALFORMED", message(neighbour(gateway6), [1, 1, 2, 0, 0, 0, 0])],
    ["an option beyond the end", "DROP_MALFORMED", message(neighbour(gateway6), [1, 2, 2, 0, 0, 0, 0, 1])],
    [
      "more options than anybody sends",
      "DROP_MALFORMED",
      message(neighbour(gateway6), ...Array(9).fill(nonce)),
    ],
    [
      "a length that ends before the options",
      "DROP_MALFORMED",
      solicit(alice.ipv6, gateway6, gateway6).with(19, 24),
    ],
    ["a first fragment", "DROP_NEIGHBOUR", fragmented],
    ["the own address", "DROP_MULTICAST", solicit(alice.ipv6, "ff02::1:ff00:a", alice.ipv6)],
    ["another container", "DROP_MULTICAST", solicit(alice.ipv6, "ff02::1:ff00:b", bob.ipv6)],
    ["from far away", "DROP_MALFORMED", solicit(alice.ipv6, gateway6, gateway6, { hopLimit: 64 })],
    ["a wrong checksum", "DROP_MALFORMED", damaged],
    ["to somebody else", "DROP_MALFORMED", solicit(alice.ipv6, bob.ipv6, gateway6)],
    ["another's source", "DROP_SOURCE_ADDRESS", solicit(bob.ipv6, gateway6, gateway6)],
  ];
  for (const [name, outcome, data] of cases) {
    const verdict = await mesh.send(data);
    assert.deepEqual([name, verdict.outcome, verdict.action], [name, outcome, actions.drop]);
  }
});

test("router solicitations and multicast listener reports are dropped as multicast", { skip }, async () => {
  using mesh = await openMesh();
  const solicitation = packet.icmp(133, 0, new Uint8Array(4));
  const asked = packet.icmpv6("fe80::a", "ff02::2", solicitation, { hopLimit: 255 });
  const hops = packet.join(Uint8Array.of(58, 0, 5, 2, 0, 0, 1, 0), packet.icmp(143, 0, new Uint8Array(24)));
  const report = packet.ip("::", "ff02::16", 0, hops, { hopLimit: 1 });
  for (const payload of [asked, report]) {
    const { outcome } = await mesh.send(packet.ethernet("33:33:00:00:00:02", alice.mac, 0x86dd, payload));
    assert.equal(outcome, "DROP_MULTICAST");
  }
});

test("a container tells the host its own address, and cannot claim to be the gateway", { skip }, async () => {
  using mesh = await openMesh();
  const told = packet.neighbour(136, alice.ipv6);
  const tell = (target: string, mac: string, dst: string) =>
    packet.ethernet(
      gatewayMac,
      alice.mac,
      0x86dd,
      packet.icmpv6(alice.ipv6, dst, packet.neighbour(136, target, { type: 2, mac }), { hopLimit: 255 }),
    );
  const cases: [string, number, Uint8Array][] = [
    ["FORWARDED", actions.next, tell(alice.ipv6, alice.mac, "fe80::77")],
    ["FORWARDED", actions.next, tell(alice.ipv6, alice.mac, "fd99::1")],
    ["DROP_NEIGHBOUR", actions.drop, tell(alice.ipv6, alice.mac, "ff02::1")],
    ["DROP_NEIGHBOUR", actions.drop, tell(gateway6, alice.mac, "fe80::77")],
    ["DROP_NEIGHBOUR", actions.drop, tell(alice.ipv6, alice.mac, bob.ipv6)],
    ["DROP_SOURCE_MAC", actions.drop, tell(alice.ipv6, bob.mac, "fe80::77")],
    ["DROP_MALFORMED", actions.drop, tell(alice.ipv6, alice.mac, "fe80::77").with(57, 1)],
    ["DROP_MALFORMED", actions.drop, tell(alice.ipv6, alice.mac, "fe80::77").with(21, 254)],
    ["DROP_SOURCE_MAC", actions.drop, message(told, [2, 1, 2, 0, 0, 0, 0, 10], [2, 1, 2, 0, 0, 0, 0, 11])],
    ["DROP_MALFORMED", actions.drop, message(told, [2, 0, 2, 0, 0, 0, 0, 10])],
  ];
  for (const [outcome, action, data] of cases) {
    const verdict = await mesh.send(data);
    assert.deepEqual([verdict.outcome, verdict.action], [outcome, action]);
  }
});

test("an ARP request for the gateway is answered, broadcast or not, padded or not", { skip }, async () => {
  using mesh = await openMesh();
  const own = { mac: alice.mac, address: "10.0.0.10" };
  const asked = ask(own, "169.254.1.1");
  const unicast = packet.join(parseMac(gatewayMac), asked.subarray(6));
  const told = packet.arp(2, { mac: gatewayMac, address: "169.254.1.1" }, own);
  for (const each of [asked, unicast, packet.join(asked, new Uint8Array(18))]) {
    const { action, outcome, data } = await mesh.send(each);
    assert.deepEqual([action, outcome], [actions.redirect, "ANSWERED"]);
    assert.deepEqual(data.subarray(0, 42), packet.ethernet(alice.mac, gatewayMac, 0x0806, told));
  }
});

test("other ARP gets no answer", { skip }, async () => {
  using mesh = await openMesh();
  const own = { mac: alice.mac, address: "10.0.0.10" };
  const good = ask(own, "169.254.1.1");
  const cases: [string, string, Uint8Array][] = [
    ["a probe of the own address", "DROP_MULTICAST", ask({ ...own, address: "0.0.0.0" }, "10.0.0.10")],
    ["... of the gateway's", "DROP_NEIGHBOUR", ask({ ...own, address: "0.0.0.0" }, "169.254.1.1")],
    [
      "the gateway's address",
      "DROP_SOURCE_ADDRESS",
      ask({ ...own, address: "169.254.1.1" }, "169.254.1.1", 2),
    ],
    ["another hardware", "DROP_MALFORMED", good.with(15, 6)],
    ["another protocol", "DROP_MALFORMED", good.with(16, 0x86)],
    ["a longer MAC", "DROP_MALFORMED", good.with(18, 8)],
    ["a longer address", "DROP_MALFORMED", good.with(19, 16)],
    ["another operation", "DROP_MALFORMED", good.with(21, 3)],
    ["an announcement", "DROP_MULTICAST", ask(own, "10.0.0.10")],
    ["another container", "DROP_MULTICAST", ask(own, "10.0.0.11")],
    ["another's address", "DROP_SOURCE_ADDRESS", ask({ ...own, address: "10.0.0.11" }, "169.254.1.1")],
    ["another's MAC", "DROP_SOURCE_MAC", ask({ ...own, mac: bob.mac }, "169.254.1.1")],
    ["too short", "DROP_MALFORMED", ask(own, "169.254.1.1").subarray(0, 40)],
  ];
  for (const [name, outcome, data] of cases) {
    const verdict = await mesh.send(data);
    assert.deepEqual([name, verdict.outcome, verdict.action], [name, outcome, actions.drop]);
  }
  const reply = await mesh.send(ask(own, "192.168.7.1", 2));
  assert.deepEqual([reply.action, reply.outcome], [actions.next, "FORWARDED"]);
});

test("a MAC is six bytes wherever it stands", { skip }, async () => {
  using mesh = await openMesh();
  const { data } = await mesh.send(solicit(alice.ipv6, gateway6, gateway6));
  assert.deepEqual(data.subarray(6, 12), parseMac(gatewayMac));
  assert.deepEqual(data.subarray(80, 86), parseMac(gatewayMac));
});

test("no Neighbour Discovery comes from another host, not even hidden, and not to those that nobody tracks", {
  skip,
}, async () => {
  const target = neighbour(gateway6);
  const from = (payload: Uint8Array, next: number, hopLimit: number) =>
    packet.ip(carol.ipv6, bob.ipv6, next, payload, { hopLimit });
  const options = (payload: Uint8Array) => packet.join(Uint8Array.of(58, 0, 1, 4, 0, 0, 0, 0), payload);
  const typed = (type: number) => packet.join(Uint8Array.of(type), target.subarray(1));
  const refused = "DROP_NEIGHBOUR";
  const cases: [string, string, Uint8Array][] = [
    ...[133, 134, 135, 136, 137].flatMap((type): [string, string, Uint8Array][] => [
      [`type ${type}`, refused, from(typed(type), 58, 255)],
      [`type ${type} after a hop`, refused, from(typed(type), 58, 254)],
      [`type ${type} behind options`, refused, from(options(typed(type)), 60, 255)],
    ]),
    ["behind hop-by-hop options", refused, from(options(target), 0, 255)],
    ["in a fragment", refused, from(packet.fragment6(58, 0, true, 1, target), 44, 255)],
    ["its rest", refused, from(packet.fragment6(58, 24, false, 1, target), 44, 255)],
    ["a multicast listener report", "FORWARDED", from(typed(131), 58, 255)],
    ["an echo request", "FORWARDED", from(packet.icmp(128, 0, packet.echo(1)), 58, 255)],
    ["options after a hop", "FORWARDED", from(options(packet.icmp(128, 0, packet.echo(1))), 60, 63)],
    ["a datagram", "FORWARDED", from(packet.udp(7, 8), 17, 255)],
    ["ICMP without a type", "DROP_MALFORMED", from(new Uint8Array(), 58, 64)],
  ];
  using mesh = await openMesh({ accepted: ["none", "vxlan", "geneve", "gre"] });
  const uplink = mesh.datapath.uplink.program("from_uplink");
  const carols = { identity: carol.identity };
  for (const [name, outcome, payload] of cases) {
    const frames = (["vxlan", "geneve", "gre"] as const).map((tunnel) =>
      arrive(
        tunnel,
        { src: there, dst: here },
        carols,
        packet.ethernet(bob.mac, gatewayMac, 0x86dd, payload),
      ),
    );
    for (const data of [uplinkFrame(payload, 6), ...frames]) {
      assert.deepEqual([name, (await mesh.run(uplink, data)).outcome], [name, outcome]);
    }
  }
});

test("ARP for a container that comes in at the uplink is left to the host, which is no bridge", {
  skip,
}, async () => {
  using mesh = await openMesh({ accepted: ["none", "vxlan"] });
  const sender = { mac: carol.mac, address: `${carol.ipv4}` };
  const data = packet.ethernet(
    "ff:ff:ff:ff:ff:ff",
    carol.mac,
    0x0806,
    packet.arp(1, sender, { mac: zero, address: `${bob.ipv4}` }),
  );
  const { action, outcome } = await mesh.run(mesh.datapath.uplink.program("from_uplink"), data);
  assert.deepEqual([action, outcome], [actions.next, undefined]);
});
