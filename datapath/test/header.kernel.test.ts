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

/** Alice's IPv4 packet to Bob with options, padded to whole words. */
function optional(options: readonly number[], payload: Uint8Array, more: packet.IpOptions = {}) {
  const padded = new Uint8Array(Math.ceil(options.length / 4) * 4);
  padded.set(options);
  const whole = packet.ip(`${alice.ipv4}`, `${bob.ipv4}`, 6, payload, { ...more, options: padded });
  return frame(whole, types.ipv4);
}

const nothing = (count: number) => Array<number>(count).fill(1);
const record = (length: number) => [7, length, 4, ...Array<number>(length - 3).fill(0)];
const [loose, strict] = [
  [131, 7, 4, 10, 0, 0, 12],
  [137, 7, 4, 10, 0, 0, 12],
];

/** Name, outcome, options. */
const optionCases: readonly (readonly [string, string, readonly number[]])[] = [
  ["no operation", "FORWARDED", nothing(4)],
  ["forty bytes of it", "FORWARDED", nothing(40)],
  ["record route", "FORWARDED", record(39)],
  ["a time stamp and router alert", "FORWARDED", [68, 8, 5, 0, 0, 0, 0, 0, 148, 4, 0, 0]],
  ["one that nobody knows", "FORWARDED", [222, 4, 131, 137]],
  ["a loose source route", "DROP_OPTIONS", loose],
  ["a strict source route", "DROP_OPTIONS", strict],
  ["a used up source route", "DROP_OPTIONS", [131, 3, 4]],
  ["a source route behind no operation", "DROP_OPTIONS", [...nothing(33), ...loose]],
  ["a source route behind another option", "DROP_OPTIONS", [...record(15), ...strict]],
  ["a source route as the last bytes", "DROP_OPTIONS", [...record(37), 131, 3, 4]],
  ["a source route behind the end", "FORWARDED", [0, ...loose]],
  ["an option of length 0", "DROP_MALFORMED", [7, 0, 4, 0]],
  ["an option of length 1", "DROP_MALFORMED", [7, 1, 4, 0]],
  ["an option that ends too late", "DROP_MALFORMED", [7, 5, 4, 0]],
  ["an option that ends far too late", "DROP_MALFORMED", [7, 255, 4, 0]],
  ["an option without a length", "DROP_MALFORMED", [...nothing(3), 7]],
  ["the same as the fortieth byte", "DROP_MALFORMED", [...nothing(39), 7]],
  ["a source route that ends too late", "DROP_MALFORMED", [131, 7, 4, 0]],
];

test("IPv4 options are stepped over; source routes and broken ones are dropped", kernelTest, async () => {
  using open = await openMesh();
  using shut = await openMesh(webOnly);
  for (const [name, expected, options] of optionCases) {
    assert.deepEqual([name, (await open.send(optional(options, web))).outcome], [name, expected]);
    assert.deepEqual([name, (await shut.send(optional(options, web))).outcome], [name, expected]);
    const denied = expected === "FORWARDED" ? "DROP_POLICY_INGRESS" : expected;
    assert.deepEqual([name, (await shut.send(optional(options, other))).outcome], [name, denied]);
    const later = await open.send(optional(options, new Uint8Array(40), { fragment: 8 }));
    assert.deepEqual([name, later.outcome], [name, expected]);
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
