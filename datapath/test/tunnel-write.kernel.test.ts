import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayMac } from "./datapath.ts";
import { frame, kernelTest, types } from "./frames.ts";
import { actions, alice, carol, openMesh, type TestMesh } from "./mesh.ts";
import * as packet from "./packet.ts";
import { type Wrapping, wrap } from "./tunnel-packet.ts";

const wires = {
  4: ["192.168.7.1", "192.168.7.2"],
  6: ["fd99::1", "fd99::2"],
} as const;
const inners = {
  4: (tos = 0, hopLimit = 64) =>
    packet.ip("10.0.0.10", "10.0.0.12", 6, packet.tcp(40_000, 80), { tos, hopLimit }),
  6: (tos = 0, hopLimit = 64) => packet.ip(alice.ipv6, carol.ipv6, 17, packet.udp(7, 8), { tos, hopLimit }),
};
const tunnels: readonly Wrapping[] = ["vxlan", "geneve", "gre"];
const families = [4, 6] as const;
const every = tunnels.flatMap((tunnel) => families.map((underlay) => [tunnel, underlay] as const));

const word = (data: Uint8Array, at: number): number => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);

/** Sends a packet to Carol; what goes to the uplink, from the outer IP header on. */
async function wrapped(mesh: TestMesh, inner: Uint8Array, family: 4 | 6): Promise<Uint8Array> {
  const { action, outcome, data } = await mesh.send(frame(inner, family === 4 ? types.ipv4 : types.ipv6));
  assert.deepEqual([action, outcome], [actions.redirect, "FORWARDED"]);
  const underlay = (data[14] ?? 0) >> 4;
  assert.equal(word(data, 12), underlay === 4 ? types.ipv4 : types.ipv6);
  return data.subarray(14);
}

/** The source port and the flow label that a packet has; both are free. */
function chosen(outer: Uint8Array, underlay: 4 | 6): { port: number; flowLabel: number } {
  const flowLabel = underlay === 4 ? 0 : (((outer[1] ?? 0) & 15) << 16) | word(outer, 2);
  return { port: word(outer, underlay === 4 ? 20 : 40), flowLabel };
}

for (const [tunnel, underlay] of every) {
  test(
    `to another host by ${tunnel} over IPv${underlay}: all bytes as the RFCs have them`,
    kernelTest,
    async () => {
      const [src, dst] = wires[underlay];
      using mesh = await openMesh({ tunnel, underlay: wires[underlay] });
      for (const family of families) {
        const inner = inners[family]();
        const outer = await wrapped(mesh, inner, family);
        const { port, flowLabel } = chosen(outer, underlay);
        if (tunnel !== "gre") assert.ok(port >= 0xc000, `source port ${port}`);
        const type = family === 4 ? types.ipv4 : types.ipv6;
        const inside = packet.ethernet(carol.mac, gatewayMac, type, inners[family](0, 63));
        const expected = wrap(tunnel, { src, dst, flowLabel }, { identity: alice.identity, port }, inside);
        assert.deepEqual(outer, expected);
      }
    },
  );

  test(
    `${tunnel} over IPv${underlay} shows the congestion bits of the packet inside, not its class`,
    kernelTest,
    async () => {
      using mesh = await openMesh({ tunnel, underlay: wires[underlay] });
      for (const family of families) {
        for (const ecn of [0, 1, 2, 3]) {
          const outer = await wrapped(mesh, inners[family](0xb8 | ecn), family);
          const tos = underlay === 4 ? outer[1] : (word(outer, 0) >> 4) & 0xff;
          assert.deepEqual([family, ecn, tos], [family, ecn, ecn]);
        }
      }
    },
  );
}

test("flows differ in the source port or flow label, packets of a flow do not", kernelTest, async () => {
  for (const [tunnel, underlay] of every) {
    using mesh = await openMesh({ tunnel, underlay: wires[underlay] });
    const seen = new Set<string>();
    for (let port = 1000; port < 1020; port++) {
      const inner = packet.ip(alice.ipv6, carol.ipv6, 6, packet.tcp(port, 80));
      const more = packet.ip(alice.ipv6, carol.ipv6, 6, packet.tcp(port, 80, packet.flags.ack));
      const [first, second] = [await wrapped(mesh, inner, 6), await wrapped(mesh, more, 6)];
      if (tunnel === "gre" && underlay === 4) continue;
      const { port: source, flowLabel } = chosen(first, underlay);
      assert.deepEqual(chosen(second, underlay), { port: source, flowLabel });
      seen.add(tunnel === "gre" ? `${flowLabel}` : `${source}`);
    }
    if (seen.size > 0) assert.ok(seen.size > 15, `${tunnel} over IPv${underlay}: ${seen.size} of 20`);
  }
});

test(
  "without a tunnel a packet leaves by the uplink as it is, but for the hop limit",
  kernelTest,
  async () => {
    using mesh = await openMesh({ tunnel: "none" });
    for (const family of families) {
      const type = family === 4 ? types.ipv4 : types.ipv6;
      const { action, outcome, data } = await mesh.send(frame(inners[family](), type));
      assert.deepEqual([action, outcome], [actions.redirect, "FORWARDED"]);
      assert.deepEqual(data.subarray(14), inners[family](0, 63));
    }
  },
);

test(
  "the family of the underlay is that of the other host's address, if this host has it too",
  kernelTest,
  async () => {
    using both = await openMesh({ underlay: wires[4], otherUnderlay: wires[6] });
    assert.equal((await wrapped(both, inners[6](), 6))[0], 0x45);
    both.datapath.addPeer(carol, wires[6][1]);
    assert.equal(((await wrapped(both, inners[6](), 6))[0] ?? 0) >> 4, 6);
    for (const family of families) {
      using single = await openMesh({ underlay: wires[family] });
      single.datapath.addPeer(carol, wires[family === 4 ? 6 : 4][1]);
      const { outcome } = await single.send(frame(inners[6]()));
      assert.equal(outcome, "DROP_NO_ROUTE");
    }
  },
);
