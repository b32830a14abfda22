import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMac } from "@weft/netaddr";
import { gatewayMac } from "./datapath.ts";
import { kernelTest, types } from "./frames.ts";
import { actions, alice, bob, carol, here, openMesh, stranger, there } from "./mesh.ts";
import * as packet from "./packet.ts";
import { allows, both, closed } from "./tables.ts";

const uplinkMac = "02:00:00:00:01:00";
const tunnelled = (inner: Uint8Array, options: { src?: string; vni?: number; type?: number } = {}) => {
  const { src = there, vni = carol.identity, type = types.ipv6 } = options;
  const frame = packet.ethernet(bob.mac, gatewayMac, type, inner);
  return packet.ethernet(uplinkMac, uplinkMac, types.ipv4, packet.vxlan(src, here, vni, frame));
};
const inner = packet.ip(carol.ipv6, bob.ipv6, 17, packet.udp(7, 8));

test("a tunnel packet is unwrapped for its container, from its gateway", kernelTest, async () => {
  using mesh = await openMesh();
  const uplink = mesh.datapath.uplink.program("from_uplink");
  const cases: [Uint8Array, number][] = [
    [inner, types.ipv6],
    [packet.ip("10.0.0.12", "10.0.0.11", 6, packet.tcp(1, 2)), types.ipv4],
  ];
  for (const [payload, type] of cases) {
    const { action, outcome, data } = await mesh.run(uplink, tunnelled(payload, { type }));
    assert.deepEqual([action, outcome], [actions.redirect, "FORWARDED"]);
    assert.deepEqual(data, packet.ethernet(bob.mac, gatewayMac, type, payload));
  }
});

test("over an IPv6 underlay too", kernelTest, async () => {
  using mesh = await openMesh({ underlay: ["fd99::1", "fd99::2"] });
  const frame = packet.ethernet(bob.mac, gatewayMac, types.ipv6, inner);
  const outer = packet.vxlan("fd99::2", "fd99::1", carol.identity, frame);
  const data = packet.ethernet(uplinkMac, uplinkMac, types.ipv6, outer);
  const verdict = await mesh.run(mesh.datapath.uplink.program("from_uplink"), data);
  assert.equal(verdict.action, actions.redirect);
  assert.deepEqual(verdict.data.subarray(0, 6), parseMac(bob.mac));
  assert.deepEqual(verdict.data.subarray(14), inner);
});

test("a tunnel packet that lies is dropped with the reason", kernelTest, async () => {
  using mesh = await openMesh();
  const uplink = mesh.datapath.uplink.program("from_uplink");
  const from = (src: string, dst = bob.ipv6) => packet.ip(src, dst, 17, packet.udp(7, 8));
  const cases: [string, string, Uint8Array][] = [
    ["an unknown host", "DROP_UNKNOWN_HOST", tunnelled(inner, { src: stranger })],
    ["the host's identity", "DROP_IDENTITY", tunnelled(inner, { vni: 1 })],
    [
      "a container of another host",
      "DROP_SOURCE_ADDRESS",
      tunnelled(from(alice.ipv6), { vni: alice.identity }),
    ],
    ["nobody's address", "DROP_SOURCE_ADDRESS", tunnelled(from("2001:db8::1"))],
    ["for nobody", "DROP_WRONG_HOST", tunnelled(from(carol.ipv6, "fd00:1::dead"))],
    ["for another host", "DROP_WRONG_HOST", tunnelled(from(carol.ipv6, carol.ipv6))],
    ["cut short", "DROP_MALFORMED", tunnelled(inner).subarray(0, 80)],
    ["not IP inside", "DROP_PROTOCOL", tunnelled(inner, { type: 0x88cc })],
    ["no VNI", "DROP_TUNNEL", tunnelled(inner).with(42, 0)],
  ];
  for (const [name, outcome, data] of cases) {
    const verdict = await mesh.run(uplink, data);
    assert.deepEqual([name, verdict.outcome, verdict.action], [name, outcome, actions.drop]);
  }
});

test("whatever is not for the tunnel is left alone and not counted", kernelTest, async () => {
  using mesh = await openMesh();
  const uplink = mesh.datapath.uplink.program("from_uplink");
  const outer = (payload: Uint8Array) => packet.ethernet(uplinkMac, uplinkMac, types.ipv4, payload);
  const cases = [
    outer(packet.ip(there, here, 17, packet.udp(4789, 53))),
    outer(packet.ip(there, stranger, 17, packet.udp(4789, 4789))),
    outer(packet.ip(there, here, 6, packet.tcp(4789, 4789))),
    outer(packet.ip(there, here, 17, packet.udp(4789, 4789), { fragment: 0x2000 })),
    packet.ethernet(uplinkMac, uplinkMac, types.arp, new Uint8Array(28)),
    packet.ethernet(
      uplinkMac,
      uplinkMac,
      types.ipv6,
      packet.ip("fd99::2", "fd99::1", 17, packet.udp(1, 4789)),
    ),
  ];
  for (const [index, data] of cases.entries()) {
    const verdict = await mesh.run(uplink, data);
    assert.deepEqual([index, verdict.action, verdict.outcome], [index, actions.next, undefined]);
    assert.deepEqual(verdict.data, data);
  }
});

test("a forwarded packet is never the host's, whatever its source says", kernelTest, async () => {
  using mesh = await openMesh({ underlay: ["fd99::1", "fd99::2"] });
  const policy = both({ ingress: allows([1], 17, [8]) });
  using loaded = await mesh.datapath.load({ ...bob, ifindex: 1, policy });
  const send = async (src: string, ingressIfindex: number) => {
    const inside = packet.ip(src, bob.ipv6, 17, packet.udp(7, 8));
    const data = packet.ethernet(bob.mac, gatewayMac, types.ipv6, inside);
    const { retval } = await loaded.program("to_container").testRun({ data, skb: { ingressIfindex } });
    return retval | 0;
  };
  assert.equal(await send("fd99::1", 0), actions.next);
  assert.equal(await send("fd99::1", 5), actions.drop);
  assert.equal(await send("fe80::9", 5), actions.drop);
});

test(
  "the host's own packets pass to the container unless its policy forbids, its neighbour messages always",
  kernelTest,
  async () => {
    using mesh = await openMesh();
    // In a test run the device is the loopback: index 1 stands for the container's own.
    const send = async (data: Uint8Array, ingressIfindex = 0, policy = both({})) => {
      using loaded = await mesh.datapath.load({ ...bob, ifindex: 1, policy });
      const { retval } = await loaded.program("to_container").testRun({ data, skb: { ingressIfindex } });
      return retval | 0;
    };
    const to = (src: string, payload = packet.ip(src, bob.ipv6, 17, packet.udp(7, 8))) =>
      packet.ethernet(bob.mac, gatewayMac, types.ipv6, payload);
    const [host, world] = ["fd99::1", "2001:db8::1"];
    assert.equal(await send(to(host)), actions.next);
    assert.equal(await send(to(world), 5), actions.next);
    const onlyHost = both({ ingress: allows([1], 17, [8]) });
    assert.equal(await send(to(host), 0, onlyHost), actions.next);
    assert.equal(await send(to(host), 5, onlyHost), actions.drop, "forwarded packets come from the world");
    assert.equal(await send(to(alice.ipv6)), actions.drop, "a container's address from the stack is a lie");
    assert.equal(await send(to("fd00:1::77"), 5), actions.drop, "so is any address of the mesh from outside");
    const solicit = packet.neighbour(135, bob.ipv6, { type: 1, mac: gatewayMac });
    const ask = (hopLimit: number) =>
      to(host, packet.icmpv6("fe80::7", "ff02::1:ff00:b", solicit, { hopLimit }));
    assert.equal(await send(ask(255), 0, both({ ingress: closed })), actions.next);
    assert.equal(await send(ask(64), 0, both({ ingress: closed })), actions.drop);
    const arp = packet.arp(
      1,
      { mac: gatewayMac, address: "169.254.1.1" },
      { mac: bob.mac, address: "10.0.0.11" },
    );
    assert.equal(await send(packet.ethernet(bob.mac, gatewayMac, types.arp, arp)), actions.next);
  },
);
