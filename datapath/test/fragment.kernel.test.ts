import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayMac } from "./datapath.ts";
import { kernelTest } from "./frames.ts";
import { actions, alice, bob, carol, openMesh, type TestMesh } from "./mesh.ts";
import * as packet from "./packet.ts";
import { allows, both, closed } from "./tables.ts";

const [tcp, udp, icmp, icmp6] = [6, 17, 1, 58];
const more = 0x2000;

/** One fragment: which packet, at which byte, whether more follow, protocol, what is in it. */
type Fragment = readonly [number, number, boolean, number, Uint8Array];

function frame(
  family: 4 | 6,
  [id, at, follows, protocol, payload]: Fragment,
  from = alice,
  to = from === alice ? bob : alice,
): Uint8Array {
  const ip =
    family === 4
      ? packet.ip(`${from.ipv4}`, `${to.ipv4}`, protocol, payload, {
          id,
          fragment: at / 8 + (follows ? more : 0),
        })
      : packet.ip(from.ipv6, to.ipv6, 44, packet.fragment6(protocol, at, follows, id, payload));
  return packet.ethernet(gatewayMac, from.mac, family === 4 ? 0x0800 : 0x86dd, ip);
}

const bytes = (count: number) => new Uint8Array(count);
const first = (port: number) => packet.udp(40_000, port, bytes(16));
const dnsOnly = { bob: both({ ingress: allows([alice.identity], udp, [53]), egress: closed }) };
const families = [4, 6] as const;

async function outcomes(mesh: TestMesh, family: 4 | 6, fragments: readonly Fragment[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const each of fragments) seen.push((await mesh.send(frame(family, each))).outcome);
  return seen;
}

test("later fragments get the verdict of the first one's flow", kernelTest, async () => {
  for (const family of families) {
    using mesh = await openMesh(dnsOnly);
    const seen = await outcomes(mesh, family, [
      [7, 0, true, udp, first(53)],
      [7, 24, true, udp, bytes(24)],
      [7, 48, false, udp, bytes(3)],
      [8, 0, true, udp, first(54)],
      [8, 24, false, udp, bytes(24)],
      [7, 24, false, tcp, bytes(24)],
      [9, 24, false, udp, bytes(24)],
    ]);
    assert.deepEqual(seen, [
      "FORWARDED",
      "FORWARDED",
      "FORWARDED",
      "DROP_POLICY_INGRESS",
      "DROP_FRAGMENT",
      // What follows a fragment header says, only the first fragment's counts (RFC 8200 4.5).
      family === 4 ? "DROP_FRAGMENT" : "FORWARDED",
      "DROP_FRAGMENT",
    ]);
  }
});

test("a permission that is taken back ends fragments too", kernelTest, async () => {
  for (const family of families) {
    using mesh = await openMesh(dnsOnly);
    await mesh.send(frame(family, [7, 0, true, udp, first(53)]));
    await mesh.change("bob", { policy: both({ ingress: closed }), policyRevision: 2 });
    const later = await mesh.send(frame(family, [7, 24, false, udp, bytes(24)]));
    assert.equal(later.outcome, "DROP_POLICY_INGRESS");
  }
});

test("answers in fragments pass, and so do pings", kernelTest, async () => {
  for (const family of families) {
    const protocol = family === 4 ? icmp : icmp6;
    const [request, answer] = family === 4 ? [8, 0] : [128, 129];
    const pings = both({ ingress: allows([alice.identity], protocol, [request << 8]), egress: closed });
    using mesh = await openMesh({ bob: pings });
    const message = (type: number) => packet.join(packet.icmp(type, 0, packet.echo(7)), bytes(8));
    for (const [from, type] of [
      [alice, request],
      [bob, answer],
    ] as const) {
      const whole = message(type);
      const [begin, rest] = [whole.subarray(0, 16), whole.subarray(16)];
      for (const data of [
        frame(family, [5, 0, true, protocol, begin], from),
        frame(family, [5, 16, false, protocol, rest], from),
      ]) {
        const { outcome } = await (from === alice ? mesh.send(data) : mesh.reply(data));
        assert.equal(outcome, "FORWARDED");
      }
    }
  }
});

test(
  "fragments that hide or overwrite headers are dropped, even where nobody tracks",
  kernelTest,
  async () => {
    const segment = packet.join(packet.tcp(40_000, 80), bytes(12));
    const cases: [string, Fragment][] = [
      ["a first one without all of the TCP header", [1, 0, true, tcp, segment.subarray(0, 16)]],
      ["a first one without all of the UDP header", [1, 0, true, udp, bytes(0)]],
      ["one over the TCP flags", [1, 8, true, tcp, bytes(8)]],
      ["the last word of the TCP header", [1, 16, false, tcp, bytes(8)]],
      ["a length that leaves no room for the next", [1, 0, true, udp, packet.udp(1, 2, bytes(13))]],
      ["an end beyond 65,535 bytes", [1, 65_528, false, udp, bytes(16)]],
      ["an empty one", [1, 64, true, udp, bytes(0)]],
    ];
    using open = await openMesh();
    using shut = await openMesh(dnsOnly);
    for (const family of families) {
      for (const [name, fragment] of cases) {
        for (const mesh of [open, shut]) {
          const { action, outcome } = await mesh.send(frame(family, fragment));
          assert.deepEqual([family, name, action, outcome], [family, name, actions.drop, "DROP_FRAGMENT"]);
        }
      }
    }
  },
);

test("padding behind the packet is no header", kernelTest, async () => {
  using mesh = await openMesh();
  for (const family of families) {
    const tiny = frame(family, [1, 0, true, tcp, packet.tcp(1, 80).subarray(0, 8)]);
    const { outcome } = await mesh.send(packet.join(tiny, bytes(40)));
    assert.equal(outcome, "DROP_FRAGMENT");
  }
});

test("a fragment that is the whole packet is treated as one", kernelTest, async () => {
  using mesh = await openMesh(dnsOnly);
  assert.equal((await mesh.send(frame(6, [1, 0, false, udp, first(53)]))).outcome, "FORWARDED");
  assert.equal((await mesh.send(frame(6, [1, 0, false, udp, first(54)]))).outcome, "DROP_POLICY_INGRESS");
  assert.equal([...mesh.datapath.map("fragments").entries()].length, 0);
});

test("Neighbour Discovery in fragments is refused, whole or not (RFC 6980)", kernelTest, async () => {
  using mesh = await openMesh();
  for (const type of [133, 134, 135, 136, 137]) {
    for (const follows of [false, true]) {
      const message = packet.icmp(type, 0, bytes(20));
      const { outcome } = await mesh.send(frame(6, [1, 0, follows, icmp6, message]));
      assert.deepEqual([type, follows, outcome], [type, follows, "DROP_NEIGHBOUR"]);
    }
  }
});

test("what a first fragment said is forgotten after 30 seconds", kernelTest, async () => {
  for (const family of families) {
    using mesh = await openMesh(dnsOnly);
    await mesh.send(frame(family, [7, 0, true, udp, first(53)]));
    const later = frame(family, [7, 24, false, udp, bytes(24)]);
    const map = mesh.datapath.map("fragments").typed<unknown, { seen_s: number }>();
    const age = (seconds: number) => {
      for (const [key, value] of [...map.entries()])
        map.update(key, { ...value, seen_s: (value.seen_s - seconds) >>> 0 });
    };
    age(28);
    assert.equal((await mesh.send(later)).outcome, "FORWARDED");
    age(4);
    assert.equal((await mesh.send(later)).outcome, "DROP_FRAGMENT");
  }
});

test("fragments of a packet leave by one outer port, so that they stay in order", kernelTest, async () => {
  for (const options of [{}, { alice: both({}) }]) {
    using mesh = await openMesh(options);
    for (const family of families) {
      const ports = new Set<number>();
      for (const each of [
        [7, 0, true, udp, first(53)],
        [7, 24, false, udp, bytes(24)],
      ] as const) {
        const { data } = await mesh.send(frame(family, each, alice, carol));
        ports.add(new DataView(data.buffer, data.byteOffset).getUint16(34));
      }
      assert.equal(ports.size, 1, `${[...ports]}`);
    }
  }
});

test("where nobody tracks, fragments pass in any order and leave nothing", kernelTest, async () => {
  for (const family of families) {
    using mesh = await openMesh();
    const seen = await outcomes(mesh, family, [
      [7, 24, false, udp, bytes(24)],
      [7, 0, true, udp, first(53)],
    ]);
    assert.deepEqual(seen, ["FORWARDED", "FORWARDED"]);
    assert.equal([...mesh.datapath.map("fragments").entries()].length, 0);
  }
});
