import assert from "node:assert/strict";
import { test } from "node:test";
import { between, frame, kernelTest, types } from "./frames.ts";
import { alice, bob, openMesh } from "./mesh.ts";
import * as packet from "./packet.ts";
import { allows, both } from "./tables.ts";

const { syn, ack } = packet.flags;
const webOnly = { bob: both({ ingress: allows([alice.identity], 6, [80]) }) };
const web = packet.tcp(40_000, 80);
const other = packet.tcp(40_000, 81);

/** A chain of IPv6 extension headers before a transport header; of each its number and its length in 8 bytes. */
function chain(headers: readonly (readonly [number, number])[], payload: Uint8Array, last = 6) {
  const numbers = headers.map(([number]) => number);
  const parts = headers.map(([, length], index) => {
    const header = new Uint8Array(length * 8);
    header.set([numbers[index + 1] ?? last, length - 1, 1, length === 1 ? 4 : 0]);
    if (numbers[index] === 43) header[3] = 0;
    return header;
  });
  return between(alice, bob, numbers[0] ?? last, packet.join(...parts, payload));
}

test("the transport header is found behind extension headers, within a bound", kernelTest, async () => {
  const [hop, routing, authentication, options] = [0, 43, 51, 60];
  const cases: [string, readonly (readonly [number, number])[], string][] = [
    ["hop-by-hop options", [[hop, 1]], "FORWARDED"],
    ["a routing header that is used up", [[routing, 3]], "FORWARDED"],
    ["destination options", [[options, 2]], "FORWARDED"],
    [
      "as many as are read",
      [
        [hop, 1],
        [options, 1],
        [routing, 1],
        [options, 1],
      ],
      "FORWARDED",
    ],
    [
      "one more",
      [
        [hop, 1],
        [options, 1],
        [routing, 1],
        [options, 1],
        [options, 1],
      ],
      "DROP_EXTENSION",
    ],
    ["as long as is read", [[options, 25]], "FORWARDED"],
    ["longer", [[options, 26]], "DROP_EXTENSION"],
    [
      "hop-by-hop options that are not first",
      [
        [options, 1],
        [hop, 1],
      ],
      "DROP_EXTENSION",
    ],
    ["authentication", [[authentication, 3]], "DROP_EXTENSION"],
  ];
  using open = await openMesh();
  using shut = await openMesh(webOnly);
  for (const [name, headers, expected] of cases) {
    const good = chain(headers, web);
    assert.deepEqual([name, (await open.send(good)).outcome], [name, expected]);
    assert.deepEqual([name, (await shut.send(good)).outcome], [name, expected]);
    const bad = (await shut.send(chain(headers, other))).outcome;
    assert.deepEqual([name, bad], [name, expected === "FORWARDED" ? "DROP_POLICY_INGRESS" : expected]);
  }
});

test(
  "a chain that ends before the transport header is malformed, in a first fragment hidden",
  kernelTest,
  async () => {
    using mesh = await openMesh();
    const options = Uint8Array.of(60, 0, 1, 4, 0, 0, 0, 0);
    const cases: [string, string, Uint8Array][] = [
      ["nothing follows", "DROP_MALFORMED", between(alice, bob, 60, options)],
      ["a part of it", "DROP_MALFORMED", between(alice, bob, 60, options.subarray(0, 4))],
      ["in padding", "DROP_MALFORMED", packet.join(between(alice, bob, 60, options), new Uint8Array(40))],
      [
        "a first fragment",
        "DROP_FRAGMENT",
        between(alice, bob, 44, packet.fragment6(60, 0, true, 1, options)),
      ],
      [
        "a fragment of a fragment",
        "DROP_EXTENSION",
        between(alice, bob, 44, packet.fragment6(44, 0, false, 1, packet.fragment6(6, 0, false, 1, web))),
      ],
    ];
    for (const [name, outcome, data] of cases) {
      assert.deepEqual([name, (await mesh.send(data)).outcome], [name, outcome]);
    }
  },
);

test("IPv4 options are stepped over", kernelTest, async () => {
  using mesh = await openMesh(webOnly);
  const send = async (payload: Uint8Array, words: number) => {
    const options = new Uint8Array(words * 4).fill(1);
    return (
      await mesh.send(frame(packet.ip(`${alice.ipv4}`, `${bob.ipv4}`, 6, payload, { options }), types.ipv4))
    ).outcome;
  };
  for (const words of [1, 5, 10]) {
    assert.equal(await send(web, words), "FORWARDED");
    assert.equal(await send(other, words), "DROP_POLICY_INGRESS");
  }
});

test("a transport header cut short is malformed, whatever pads the frame", kernelTest, async () => {
  using mesh = await openMesh();
  for (const [protocol, least] of [
    [6, 20],
    [17, 8],
    [132, 16],
    [58, 8],
  ] as const) {
    const message = new Uint8Array(least).fill(1);
    assert.equal((await mesh.send(between(alice, bob, protocol, message))).outcome, "FORWARDED");
    const short = between(alice, bob, protocol, message.subarray(1));
    for (const data of [short, packet.join(short, new Uint8Array(60))]) {
      assert.equal((await mesh.send(data)).outcome, "DROP_MALFORMED", `protocol ${protocol}`);
    }
  }
});

test("an ICMPv6 error about a packet with extension headers finds its flow", kernelTest, async () => {
  const [options, fragment] = [60, 44];
  const inside: [string, boolean, number, Uint8Array][] = [
    ["none", true, 6, web],
    ["options", true, options, packet.join(Uint8Array.of(6, 0, 1, 4, 0, 0, 0, 0), web)],
    ["a first fragment", true, fragment, packet.fragment6(6, 0, true, 1, web)],
    ["a later fragment", false, fragment, packet.fragment6(6, 24, true, 1, web)],
    ["options that go on and on", false, options, new Uint8Array(64).fill(60)],
    ["its end", false, options, Uint8Array.of(6, 0, 1, 4)],
    ["another flow", false, 6, other],
  ];
  using mesh = await openMesh({
    bob: both({ ingress: allows([alice.identity], 6, [80]), egress: allows([], 6, []) }),
  });
  await mesh.send(between(alice, bob, 6, packet.tcp(40_000, 80, syn)));
  await mesh.reply(between(bob, alice, 6, packet.tcp(80, 40_000, syn | ack)));
  for (const [name, related, next, payload] of inside) {
    const quoted = packet.ip(alice.ipv6, bob.ipv6, next, payload);
    const error = packet.icmp(1, 4, packet.join(new Uint8Array(4), quoted));
    const { outcome } = await mesh.reply(between(bob, alice, 58, error));
    assert.deepEqual([name, outcome], [name, related ? "FORWARDED" : "DROP_POLICY_EGRESS"]);
  }
});
