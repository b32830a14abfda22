import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayMac } from "./datapath.ts";
import { between, frame, kernelTest, types } from "./frames.ts";
import { actions, alice, bob, openMesh } from "./mesh.ts";
import * as packet from "./packet.ts";

const gateway = { ipv6: "fe80::1", ipv4: "169.254.1.1" };
const ipv4 = "10.0.0.10";

const ping6 = (src: string, dst: string, type: 128 | 129, hopLimit = 64) =>
  packet.icmpv6(src, dst, packet.icmp(type, 0, packet.echo(7)), { hopLimit });

function ping4(src: string, dst: string, type: 8 | 0, options: packet.IpOptions = {}): Uint8Array {
  const message = packet.icmp(type, 0, packet.echo(7));
  message.set(packet.u16(~packet.sum16(message) & 0xffff), 2);
  return packet.ip(src, dst, 1, message, options);
}

test("the gateway answers an echo request, byte for byte", kernelTest, async () => {
  using mesh = await openMesh();
  for (const hopLimit of [1, 64, 255]) {
    for (const src of [alice.ipv6, "fe80::a"]) {
      const { action, outcome, data } = await mesh.send(frame(ping6(src, gateway.ipv6, 128, hopLimit)));
      assert.deepEqual([action, outcome], [actions.redirect, "ANSWERED"]);
      assert.deepEqual(
        data,
        packet.ethernet(alice.mac, gatewayMac, types.ipv6, ping6(gateway.ipv6, src, 129)),
      );
    }
    const { outcome, data } = await mesh.send(frame(ping4(ipv4, gateway.ipv4, 8, { hopLimit }), types.ipv4));
    assert.equal(outcome, "ANSWERED");
    assert.deepEqual(data, packet.ethernet(alice.mac, gatewayMac, types.ipv4, ping4(gateway.ipv4, ipv4, 0)));
  }
});

test("a wrong checksum stays wrong", kernelTest, async () => {
  using mesh = await openMesh();
  const { data } = await mesh.send(frame(ping6(alice.ipv6, gateway.ipv6, 128).with(43, 0)));
  const pseudo = packet.join(data.subarray(22, 54), Uint8Array.of(0, data.length - 54, 0, 58));
  assert.notEqual(packet.sum16(pseudo, data.subarray(54)), 0xffff);
});

test("a request cut short anywhere gets no answer", kernelTest, async () => {
  using mesh = await openMesh();
  const program = mesh.alice.program("from_container");
  for (const [whole, header] of [
    [frame(ping6(alice.ipv6, gateway.ipv6, 128)), 54],
    [frame(ping4(ipv4, gateway.ipv4, 8), types.ipv4), 34],
  ] as const) {
    for (let length = header; length < whole.length; length += 1) {
      const { retval } = await program.testRun({ data: whole.subarray(0, length) });
      assert.deepEqual([length, retval], [length, actions.drop]);
    }
  }
});

test("other messages to the gateway get no answer", kernelTest, async () => {
  using mesh = await openMesh();
  const four = (payload: Uint8Array) => frame(payload, types.ipv4);
  const fragment = packet.join(Uint8Array.of(58, 0, 0, 1, 0, 0, 0, 9), packet.icmp(128, 0, packet.echo(7)));
  const cases: [string, number, string, Uint8Array][] = [
    ["another's source", 2, "DROP_SOURCE_ADDRESS", frame(ping6(bob.ipv6, gateway.ipv6, 128))],
    ["no source", 2, "DROP_SOURCE_ADDRESS", frame(ping6("::", gateway.ipv6, 128))],
    ["another's IPv4 source", 2, "DROP_SOURCE_ADDRESS", four(ping4("10.0.0.11", gateway.ipv4, 8))],
    ["a first fragment", 2, "DROP_FRAGMENT", between(alice, gateway, 44, fragment)],
    ["a first IPv4 fragment", 2, "DROP_FRAGMENT", four(ping4(ipv4, gateway.ipv4, 8, { fragment: 0x2000 }))],
    ["options", 2, "DROP_PROTOCOL", between(alice, gateway, 60, fragment.with(3, 1))],
    ["a reply", -1, "FORWARDED", frame(ping6(alice.ipv6, gateway.ipv6, 129))],
    ["TCP", -1, "FORWARDED", between(alice, gateway, 6, packet.tcp(1, 2))],
  ];
  for (const [name, action, outcome, data] of cases) {
    const verdict = await mesh.send(data);
    assert.deepEqual([name, verdict.action, verdict.outcome], [name, action, outcome]);
  }
});
