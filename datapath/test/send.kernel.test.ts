import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMac } from "@weft/netaddr";
import { gatewayMac } from "./datapath.ts";
import { afterHop } from "./errors.ts";
import { actions, alice, bob, carol, openMesh, type Verdict } from "./mesh.ts";
import * as packet from "./packet.ts";

const skip = process.getuid?.() === 0 ? false : "needs root";
const ipv6 = 0x86dd;
const ipv4 = 0x0800;

function frame(payload: Uint8Array, type = ipv6, from = alice.mac): Uint8Array {
  return packet.ethernet(gatewayMac, from, type, payload);
}
const toBob = (payload: Uint8Array, protocol = 6) =>
  frame(packet.ip(alice.ipv6, bob.ipv6, protocol, payload));

function assertDropped(verdict: Verdict, outcome: string): void {
  assert.deepEqual([verdict.action, verdict.outcome], [actions.drop, outcome]);
}

test("a packet to a container of the same host goes straight to its device, from its gateway", {
  skip,
}, async () => {
  using mesh = await openMesh();
  const sent = toBob(packet.tcp(40_000, 80));
  const { action, outcome, data } = await mesh.send(sent);
  assert.deepEqual([action, outcome], [actions.redirect, "FORWARDED"]);
  assert.deepEqual(data.subarray(0, 12), packet.join(parseMac(bob.mac), parseMac(gatewayMac)));
  assert.deepEqual(data.subarray(12), afterHop(sent).subarray(12));
});

test("IPv4 takes the same way", { skip }, async () => {
  using mesh = await openMesh();
  const sent = frame(packet.ip("10.0.0.10", "10.0.0.11", 17, packet.udp(1, 2)), ipv4);
  const { action, data } = await mesh.send(sent);
  assert.equal(action, actions.redirect);
  assert.deepEqual(data.subarray(12), afterHop(sent).subarray(12));
});

test("a packet to the world goes to the host's stack as it is", { skip }, async () => {
  using mesh = await openMesh();
  const sent = frame(packet.ip(alice.ipv6, "2001:db8::1", 6, packet.tcp(1, 443)));
  const { action, outcome, data } = await mesh.send(sent);
  assert.deepEqual([action, outcome], [actions.next, "FORWARDED"]);
  assert.deepEqual(data, sent);
});

test("what a container may not send is dropped with the reason", { skip }, async () => {
  using mesh = await openMesh();
  const good = packet.ip(alice.ipv6, bob.ipv6, 6, packet.tcp(1, 2));
  const routing = packet.join(Uint8Array.of(6, 0, 0, 1, 0, 0, 0, 0), packet.tcp(1, 2));
  const cases: [string, string, Uint8Array][] = [
    ["another's MAC", "DROP_SOURCE_MAC", frame(good, ipv6, bob.mac)],
    ["another's address", "DROP_SOURCE_ADDRESS", frame(packet.ip(bob.ipv6, bob.ipv6, 6, packet.tcp(1, 2)))],
    [
      "another's IPv4 address",
      "DROP_SOURCE_ADDRESS",
      frame(packet.ip("10.0.0.99", "10.0.0.11", 6, packet.tcp(1, 2)), ipv4),
    ],
    [
      "a link-local source",
      "DROP_SOURCE_ADDRESS",
      frame(packet.ip("fe80::a", bob.ipv6, 6, packet.tcp(1, 2))),
    ],
    ["multicast", "DROP_MULTICAST", frame(packet.ip(alice.ipv6, "ff02::fb", 17, packet.udp(5353, 5353)))],
    [
      "IPv4 multicast",
      "DROP_MULTICAST",
      frame(packet.ip("10.0.0.10", "224.0.0.251", 17, packet.udp(5353, 5353)), ipv4),
    ],
    [
      "broadcast",
      "DROP_MULTICAST",
      frame(packet.ip("0.0.0.0", "255.255.255.255", 17, packet.udp(68, 67)), ipv4),
    ],
    ["another EtherType", "DROP_PROTOCOL", frame(good, 0x88cc)],
    ["a routing header", "DROP_EXTENSION", frame(packet.ip(alice.ipv6, bob.ipv6, 43, routing))],
    ["a header cut short", "DROP_MALFORMED", frame(good).subarray(0, 60)],
    [
      "IPv6 that says IPv4",
      "DROP_MALFORMED",
      frame(packet.ip("10.0.0.10", "10.0.0.11", 6, packet.tcp(1, 2))),
    ],
    ["a length beyond the packet", "DROP_MALFORMED", frame(good.with(5, 200))],
    [
      "a mapped address",
      "DROP_MALFORMED",
      frame(packet.join(good.subarray(0, 24), packet.addressBytes("10.0.0.11"), good.subarray(40))),
    ],
    [
      "a router advertisement",
      "DROP_NEIGHBOUR",
      frame(packet.icmpv6("fe80::a", bob.ipv6, packet.icmp(134, 0, new Uint8Array(12)), { hopLimit: 255 })),
    ],
    [
      "a redirect",
      "DROP_NEIGHBOUR",
      frame(packet.icmpv6(alice.ipv6, bob.ipv6, packet.icmp(137, 0, new Uint8Array(36)), { hopLimit: 255 })),
    ],
  ];
  for (const [name, outcome, data] of cases) {
    const verdict = await mesh.send(data);
    assert.deepEqual([name, verdict.outcome], [name, outcome]);
    assert.equal(verdict.action, actions.drop, name);
  }
});

test("a container without IPv4 sends none, ARP included", { skip }, async () => {
  using mesh = await openMesh();
  const { ipv4: _, ...single } = alice;
  using loaded = await mesh.datapath.load(single);
  const asked = packet.arp(
    1,
    { mac: alice.mac, address: "10.0.0.10" },
    { mac: "00:00:00:00:00:00", address: "169.254.1.1" },
  );
  for (const data of [
    frame(packet.ip("10.0.0.10", "10.0.0.11", 6, packet.tcp(1, 2)), ipv4),
    frame(asked, 0x0806),
  ]) {
    const { retval } = await loaded.program("from_container").testRun({ data });
    assert.equal(retval, actions.drop);
  }
});

test("a container whose program is not there yet is not reached", { skip }, async () => {
  using mesh = await openMesh();
  mesh.datapath.addPeer({ ...carol, slot: 9 });
  assertDropped(
    await mesh.send(frame(packet.ip(alice.ipv6, carol.ipv6, 6, packet.tcp(1, 2)))),
    "DROP_NOT_READY",
  );
});

test("headers beyond the extension headers are found", { skip }, async () => {
  using mesh = await openMesh();
  const options = packet.join(Uint8Array.of(6, 0, 1, 4, 0, 0, 0, 0), packet.tcp(1, 2));
  const { action } = await mesh.send(frame(packet.ip(alice.ipv6, bob.ipv6, 60, options)));
  assert.equal(action, actions.redirect);
});

test("a container sends no tunnel packets to a host of the mesh", { skip }, async () => {
  using mesh = await openMesh({ underlay: ["fd99::1", "fd99::2"] });
  const to = (dst: string, protocol: number, payload: Uint8Array) =>
    frame(packet.ip(alice.ipv6, dst, protocol, payload));
  for (const port of [4789, 6081]) {
    assert.equal((await mesh.send(to("fd99::2", 17, packet.udp(7, port)))).outcome, "DROP_TUNNEL");
    assert.equal((await mesh.send(to("2001:db8::1", 17, packet.udp(7, port)))).outcome, "FORWARDED");
  }
  assert.equal((await mesh.send(to("fd99::2", 47, new Uint8Array(8)))).outcome, "DROP_TUNNEL");
  assert.equal((await mesh.send(to("fd99::2", 17, packet.udp(7, 53)))).outcome, "FORWARDED");
});
