import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayMac, type Tunnel } from "./datapath.ts";
import { kernelTest, types, uplinkFrame } from "./frames.ts";
import { actions, alice, bob, carol, openMesh, type TestMesh, type Verdict } from "./mesh.ts";
import * as packet from "./packet.ts";
import { allows, both } from "./tables.ts";
import { arrive, identityOption, option, type TunnelHeader, type Wrapping } from "./tunnel-packet.ts";

const wires = { 4: ["192.168.7.1", "192.168.7.2"], 6: ["fd99::1", "fd99::2"] } as const;
const stranger = { 4: "192.168.7.9", 6: "fd99::9" } as const;
const wrappings: readonly Wrapping[] = ["vxlan", "geneve", "gre"];
const accepted: readonly Tunnel[] = ["none", ...wrappings];
const families = [4, 6] as const;
const every = wrappings.flatMap((tunnel) => families.map((underlay) => [tunnel, underlay] as const));
const carols = { identity: carol.identity };

const open = (options: Parameters<typeof openMesh>[0] = {}): Promise<TestMesh> =>
  openMesh({ underlay: wires[4], otherUnderlay: wires[6], accepted, ...options });
const receive = (mesh: TestMesh, data: Uint8Array): Promise<Verdict> =>
  mesh.run(mesh.datapath.uplink.program("from_uplink"), data);

const inner4 = (tos = 0) => packet.ip("10.0.0.12", "10.0.0.11", 6, packet.tcp(1, 2), { tos });
const inner6 = (tos = 0) => packet.ip(carol.ipv6, bob.ipv6, 17, packet.udp(7, 8), { tos });
const mapped = packet.join(packet.addressBytes("10.0.0.12"), packet.addressBytes("10.0.0.11"));
const inside = (payload: Uint8Array, type: number = types.ipv6) =>
  packet.ethernet(bob.mac, gatewayMac, type, payload);
const outer = (underlay: 4 | 6, tos = 0) => ({ src: wires[underlay][1], dst: wires[underlay][0], tos });

for (const [tunnel, underlay] of every) {
  test(
    `${tunnel} over IPv${underlay}: unwrapped for its container, from its gateway`,
    kernelTest,
    async () => {
      using mesh = await open();
      for (const [payload, type] of [
        [inner6(), types.ipv6],
        [inner4(), types.ipv4],
      ] as const) {
        const { action, outcome, data } = await receive(
          mesh,
          arrive(tunnel, outer(underlay), carols, inside(payload, type)),
        );
        assert.deepEqual([action, outcome], [actions.redirect, "FORWARDED"]);
        assert.deepEqual(data, inside(payload, type));
      }
    },
  );

  test(`${tunnel} over IPv${underlay}: what lies is dropped with the reason`, kernelTest, async () => {
    using mesh = await open();
    const from = (src: string, dst = bob.ipv6) => inside(packet.ip(src, dst, 17, packet.udp(7, 8)));
    const whole = arrive(tunnel, outer(underlay), carols, inside(inner6()));
    const headers = whole.length - inner6().length;
    const wrapped = (frame: Uint8Array, header: TunnelHeader = carols, src: string = wires[underlay][1]) =>
      arrive(tunnel, { src, dst: wires[underlay][0] }, header, frame);
    const cases: [string, string, Uint8Array][] = [
      ["an unknown host", "DROP_UNKNOWN_HOST", wrapped(inside(inner6()), carols, stranger[underlay])],
      [
        "this host's own address",
        "DROP_SOURCE_ADDRESS",
        wrapped(inside(inner6()), carols, wires[underlay][0]),
      ],
      ["the host's identity", "DROP_IDENTITY", wrapped(inside(inner6()), { identity: 1 })],
      ["no identity", "DROP_IDENTITY", wrapped(inside(inner6()), { identity: 0 })],
      ["a container of this host", "DROP_SOURCE_ADDRESS", wrapped(from(alice.ipv6))],
      ["nobody's address", "DROP_SOURCE_ADDRESS", wrapped(from("2001:db8::1"))],
      ["for nobody", "DROP_WRONG_HOST", wrapped(from(carol.ipv6, "fd00:1::dead"))],
      ["for another host", "DROP_WRONG_HOST", wrapped(from(carol.ipv6, carol.ipv6))],
      ["no IP header", "DROP_MALFORMED", whole.subarray(0, headers)],
      ["half an IP header", "DROP_MALFORMED", whole.subarray(0, headers + 39)],
      ["half a tunnel header", "DROP_MALFORMED", whole.subarray(0, headers - 15)],
      ["IPv4 that says IPv6", "DROP_MALFORMED", wrapped(inside(inner4()))],
      ["IPv6 that says IPv4", "DROP_MALFORMED", wrapped(inside(inner6(), types.ipv4))],
      [
        "IPv6 with IPv4 addresses",
        "DROP_MALFORMED",
        wrapped(inside(packet.join(inner6().subarray(0, 8), mapped, packet.udp(7, 8)))),
      ],
      ["ARP inside", "DROP_PROTOCOL", wrapped(inside(new Uint8Array(46), types.arp))],
      ["a VLAN inside", "DROP_PROTOCOL", wrapped(inside(packet.join(new Uint8Array(4), inner6()), 0x8100))],
    ];
    for (const [name, outcome, data] of cases) {
      const verdict = await receive(mesh, data);
      assert.deepEqual([name, verdict.outcome, verdict.action], [name, outcome, actions.drop]);
    }
  });

  test(`${tunnel} over IPv${underlay}: congestion is passed on by RFC 6040`, kernelTest, async () => {
    using mesh = await open();
    // Rows: inside; columns: outside. Not-ECT, ECT(1), ECT(0), CE.
    const rows = [
      [0, 0, 0, "DROP_ECN"],
      [1, 1, 1, 3],
      [2, 1, 2, 3],
      [3, 3, 3, 3],
    ] as const;
    for (const [ecn, row] of rows.entries()) {
      for (const [mark, expected] of row.entries()) {
        for (const [make, type] of [
          [inner4, types.ipv4],
          [inner6, types.ipv6],
        ] as const) {
          const frame = inside(make(0xb8 | ecn), type);
          const verdict = await receive(mesh, arrive(tunnel, outer(underlay, mark), carols, frame));
          const name = `${ecn} in ${mark} ${type}`;
          if (typeof expected === "string") {
            assert.deepEqual([name, verdict.outcome, verdict.action], [name, expected, actions.drop]);
          } else {
            assert.deepEqual([name, verdict.outcome], [name, "FORWARDED"]);
            assert.deepEqual(verdict.data, inside(make(0xb8 | expected), type), name);
          }
        }
      }
    }
  });
}

test(
  "a tunnel packet cut anywhere is left alone while it may be anybody's, then dropped as malformed",
  kernelTest,
  async () => {
    const policy = both({ ingress: allows([carol.identity], 17, [8]) });
    for (const [tunnel, underlay] of every) {
      using mesh = await open({ bob: policy });
      const whole = arrive(tunnel, outer(underlay), carols, inside(inner6()));
      const ours = 14 + (underlay === 4 ? 20 : 40) + (tunnel === "gre" ? 0 : 8);
      for (let length = 14 + (underlay === 4 ? 20 : 40); length < whole.length; length++) {
        const { outcome } = await receive(mesh, whole.subarray(0, length));
        const expected = length < ours ? undefined : "DROP_MALFORMED";
        assert.deepEqual([tunnel, underlay, length, outcome], [tunnel, underlay, length, expected]);
      }
      assert.equal((await receive(mesh, whole)).outcome, "FORWARDED");
    }
  },
);

test("the identity is the header's: its host knows first, and vouches for it", kernelTest, async () => {
  const policy = both({ ingress: allows([300], 17, [8]) });
  for (const [tunnel, underlay] of every) {
    using mesh = await open({ bob: policy });
    const send = async (identity: number) =>
      (await receive(mesh, arrive(tunnel, outer(underlay), { identity }, inside(inner6())))).outcome;
    assert.equal(await send(carol.identity), "DROP_POLICY_INGRESS");
    assert.equal(await send(300), "FORWARDED");
    // A host on which Carol once was, or the other family's address of hers: the number of the host decides.
    mesh.datapath.addPeer(carol, "192.168.7.77", 2);
    assert.equal(await send(300), "FORWARDED");
    mesh.datapath.addPeer(carol, "192.168.7.77", 3);
    assert.equal(await send(300), "DROP_SOURCE_ADDRESS");
  }
});

test(
  "Geneve: the option's identity goes before the VNI, which stands in when there is none",
  kernelTest,
  async () => {
    const policy = both({ ingress: allows([300], 17, [8]) });
    const other = option(0x05, new Uint8Array(8), 0x0102);
    const critical = option(0x85, new Uint8Array(4), 0x0102);
    const none = new Uint8Array();
    const cases: [string, string, Omit<TunnelHeader, "identity"> & { identity?: number }][] = [
      ["option and VNI", "FORWARDED", { identity: 300 }],
      ["option alone right", "FORWARDED", { identity: 400, options: identityOption(300) }],
      ["option alone wrong", "DROP_POLICY_INGRESS", { identity: 300, options: identityOption(400) }],
      ["VNI alone", "FORWARDED", { identity: 300, options: none }],
      ["another option before", "FORWARDED", { options: packet.join(other, identityOption(300)) }],
      ["another option behind", "FORWARDED", { options: packet.join(identityOption(300), other) }],
      ["another option alone", "FORWARDED", { identity: 300, options: other }],
      ["an empty option", "FORWARDED", { identity: 300, options: option(2, none) }],
      ["our class, another type", "FORWARDED", { identity: 300, options: option(2, new Uint8Array(4)) }],
      ["our option of two words", "FORWARDED", { identity: 300, options: option(1, new Uint8Array(8)) }],
      ["64 bytes of options", "FORWARDED", { identity: 300, options: option(2, new Uint8Array(60)) }],
      ["68 bytes of options", "DROP_TUNNEL", { identity: 300, options: option(2, new Uint8Array(64)) }],
      ["nine options", "DROP_TUNNEL", { options: packet.join(...Array(9).fill(option(2, none))) }],
      ["a critical option", "DROP_TUNNEL", { options: packet.join(identityOption(300), critical) }],
      ["an option that ends too late", "DROP_MALFORMED", { options: Uint8Array.of(1, 2, 3, 4) }],
      ["a control packet", "DROP_TUNNEL", { flags: 0x80 }],
      ["reserved bits", "FORWARDED", { identity: 300, flags: 0x3f }],
      ["critical options said, none there", "FORWARDED", { identity: 300, flags: 0x40 }],
      ["version 1", "DROP_TUNNEL", { version: 1 }],
      ["IP inside", "DROP_PROTOCOL", { protocol: types.ipv6 }],
    ];
    for (const underlay of families) {
      using mesh = await open({ bob: policy });
      for (const [name, expected, header] of cases) {
        const data = arrive("geneve", outer(underlay), { identity: 400, ...header }, inside(inner6()));
        const { outcome } = await receive(mesh, data);
        assert.deepEqual([name, outcome], [name, expected]);
      }
    }
  },
);

test("VXLAN: reserved bits are ignored, a VNI must be there", kernelTest, async () => {
  using mesh = await open();
  for (const [bits, expected] of [
    [0x08, "FORWARDED"],
    [0xff, "FORWARDED"],
    [0x88, "FORWARDED"],
    [0xf7, "DROP_TUNNEL"],
    [0x00, "DROP_TUNNEL"],
  ] as const) {
    const data = arrive("vxlan", outer(4), { ...carols, flags: bits }, inside(inner6()));
    assert.deepEqual([bits, (await receive(mesh, data)).outcome], [bits, expected]);
  }
});

test("GRE: a key and nothing else; other protocols are not the mesh's", kernelTest, async () => {
  using mesh = await open();
  for (const [bits, expected] of [
    [0x2000, "FORWARDED"],
    [0x0000, "DROP_TUNNEL"],
    [0xa000, "DROP_TUNNEL"],
    [0x3000, "DROP_TUNNEL"],
    [0x6000, "DROP_TUNNEL"],
    [0x2001, "DROP_TUNNEL"],
  ] as const) {
    const data = arrive("gre", outer(6), { ...carols, flags: bits }, inside(inner6()));
    assert.deepEqual([bits, (await receive(mesh, data)).outcome], [bits, expected]);
  }
  const point = arrive("gre", outer(4), { ...carols, flags: 0x2001, protocol: 0x880b }, inside(inner6()));
  const { action, outcome, data } = await receive(mesh, point);
  assert.deepEqual([action, outcome], [actions.next, undefined]);
  assert.deepEqual(data, point);
});

test("whatever is not for the mesh is left alone and not counted", kernelTest, async () => {
  for (const tunnel of wrappings) {
    using mesh = await open({ accepted: [tunnel] });
    const others = wrappings.filter((each) => each !== tunnel);
    const away = (underlay: 4 | 6) => ({ src: wires[underlay][1], dst: stranger[underlay] });
    const [first] = wires[4];
    const cases = [
      uplinkFrame(packet.ip(wires[4][1], first, 17, packet.udp(4789, 53)), 4),
      uplinkFrame(packet.ip(wires[4][1], first, 6, packet.tcp(4789, 4789)), 4),
      uplinkFrame(packet.ip(wires[6][1], wires[6][0], 6, packet.tcp(4789, 6081)), 6),
      uplinkFrame(packet.ip(wires[6][1], wires[6][0], 44, new Uint8Array(60)), 6),
      uplinkFrame(new Uint8Array(28), 4),
      packet.ethernet(gatewayMac, gatewayMac, types.arp, new Uint8Array(28)),
      uplinkFrame(inner6(), 6),
      uplinkFrame(inner4(), 4),
      arrive(tunnel, { ...outer(4), fragment: 0x2000 }, carols, inside(inner6())),
      arrive(tunnel, { ...outer(4), fragment: 0x0010 }, carols, inside(inner6())),
      ...families.map((underlay) => arrive(tunnel, away(underlay), carols, inside(inner6()))),
      ...families.flatMap((underlay) =>
        others.map((other) => arrive(other, outer(underlay), carols, inside(inner6()))),
      ),
    ];
    for (const [index, data] of cases.entries()) {
      const verdict = await receive(mesh, data);
      assert.deepEqual([index, verdict.action, verdict.outcome], [index, actions.next, undefined]);
      assert.deepEqual(verdict.data, data);
    }
  }
});

test(
  "without a tunnel: from containers of other hosts to containers of this, all else is the stack's",
  kernelTest,
  async () => {
    using mesh = await open({ tunnel: "none", bob: both({ ingress: allows([carol.identity], 17, [8]) }) });
    const plain = (src: string, dst: string, port = 8) =>
      uplinkFrame(packet.ip(src, dst, 17, packet.udp(7, port)), src.includes(":") ? 6 : 4);
    const cases: [string, string | undefined, Uint8Array][] = [
      ["to Bob", "FORWARDED", plain(carol.ipv6, bob.ipv6)],
      ["to Bob, IPv4", "FORWARDED", plain("10.0.0.12", "10.0.0.11")],
      ["to another port", "DROP_POLICY_INGRESS", plain(carol.ipv6, bob.ipv6, 9)],
      ["from a container of this host", "DROP_SOURCE_ADDRESS", plain(alice.ipv6, bob.ipv6)],
      ["from nobody of the mesh", "DROP_SOURCE_ADDRESS", plain("fd00:1::77", bob.ipv6)],
      ["from the world", undefined, plain("2001:db8::1", bob.ipv6)],
      ["for another host", undefined, plain(carol.ipv6, carol.ipv6)],
      ["for the host", undefined, plain(carol.ipv6, wires[6][0])],
    ];
    for (const [name, outcome, data] of cases) {
      const verdict = await receive(mesh, data);
      const action = { FORWARDED: actions.redirect, none: actions.next }[outcome ?? "none"] ?? actions.drop;
      assert.deepEqual([name, verdict.outcome, verdict.action], [name, outcome, action]);
    }
  },
);
