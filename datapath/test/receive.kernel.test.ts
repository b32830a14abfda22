import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayMac } from "./datapath.ts";
import { kernelTest, types } from "./frames.ts";
import { actions, alice, bob, openMesh } from "./mesh.ts";
import * as packet from "./packet.ts";
import { allows, both, closed } from "./tables.ts";

test("a forwarded packet is never the host's, whatever its source says", kernelTest, async () => {
  using mesh = await openMesh({ underlay: ["fd99::1", "fd99::2"] });
  const load = (ingress: Parameters<typeof allows>[0]) =>
    mesh.datapath.load({ ...bob, ifindex: 1, policy: both({ ingress: allows(ingress, 17, [8]) }) });
  using onlyHost = await load([1]);
  using onlyWorld = await load([2]);
  const send = async (to: typeof onlyHost, src: string, ingressIfindex: number) => {
    const inside = packet.ip(src, bob.ipv6, 17, packet.udp(7, 8));
    const data = packet.ethernet(bob.mac, gatewayMac, types.ipv6, inside);
    const { retval } = await to.program("to_container").testRun({ data, skb: { ingressIfindex } });
    return retval | 0;
  };
  assert.equal(await send(onlyHost, "fd99::1", 0), actions.next);
  assert.equal(await send(onlyHost, "fd99::1", 5), actions.drop);
  assert.equal(await send(onlyHost, "fe80::9", 5), actions.drop);
  assert.equal(
    await send(onlyWorld, "fd99::1", 5),
    actions.next,
    "a host that masquerades speaks for the world",
  );
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
