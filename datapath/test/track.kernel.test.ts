import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelTest } from "./frames.ts";
import { alice, bob, openMesh } from "./mesh.ts";
import * as packet from "./packet.ts";
import { allows, both, closed } from "./tables.ts";
import { age, entries, frameOf, lives, stateOf } from "./track.ts";

const { syn, ack, fin, rst } = packet.flags;
const { init, initAck, cookieEcho, data, abort, shutdown, shutdownAck } = packet.chunks;
const tracked = { alice: both({}), bob: both({}) };
/** Seconds after which a flow without a handshake may be one in use. */
const proven = 2;

/** Who sends, what (TCP flags, SCTP chunk), what the packet is to its flow, where its entry is then with which life, and that
 * of an older flow of the same ports in "flows". */
type Row = readonly ["alice" | "bob", number, string, "flows" | "openings" | "none", string, string?];
type Story = readonly [string, number, (from: "alice" | "bob", what: number) => Uint8Array, readonly Row[]];

const tcp: Story[2] = (from, bits) =>
  from === "alice" ? packet.tcp(40_000, 80, bits) : packet.tcp(80, 40_000, bits);
const udp: Story[2] = (from) => (from === "alice" ? packet.udp(40_000, 53) : packet.udp(53, 40_000));
const sctp: Story[2] = (from, chunk) =>
  from === "alice" ? packet.sctp(40_000, 80, chunk) : packet.sctp(80, 40_000, chunk);
const handshake: Row[] = [
  ["alice", syn, "NEW", "openings", "TCP_OPENING"],
  ["bob", syn | ack, "REPLY", "openings", "TCP_OPENING"],
  ["alice", ack, "ESTABLISHED", "flows", "TCP_ESTABLISHED"],
];

const stories: readonly Story[] = [
  [
    "a TCP connection from SYN to the next SYN",
    6,
    tcp,
    [
      ["alice", syn, "NEW", "openings", "TCP_OPENING"],
      ["alice", syn, "NEW", "openings", "TCP_OPENING"],
      ["bob", syn | ack, "REPLY", "openings", "TCP_OPENING"],
      ["bob", syn | ack, "REPLY", "openings", "TCP_OPENING"],
      ["alice", ack, "ESTABLISHED", "flows", "TCP_ESTABLISHED"],
      ["bob", ack, "REPLY", "flows", "TCP_ESTABLISHED"],
      ["alice", fin | ack, "ESTABLISHED", "flows", "TCP_ESTABLISHED"],
      ["bob", ack, "REPLY", "flows", "TCP_ESTABLISHED"],
      ["bob", fin | ack, "REPLY", "flows", "TCP_CLOSING"],
      ["alice", ack, "ESTABLISHED", "flows", "TCP_CLOSING"],
      ["alice", syn, "NEW", "openings", "TCP_OPENING", "TCP_CLOSING"],
      ["bob", ack, "REPLY", "openings", "TCP_OPENING", "TCP_CLOSING"],
      ["bob", syn | ack, "REPLY", "openings", "TCP_OPENING"],
      ["alice", ack, "ESTABLISHED", "flows", "TCP_ESTABLISHED"],
    ],
  ],
  [
    "a port that refuses never gets among the flows in use, and may be asked again",
    6,
    tcp,
    [
      ["alice", syn, "NEW", "openings", "TCP_OPENING"],
      ["bob", rst | ack, "REPLY", "openings", "TCP_RESET"],
      ["alice", syn, "NEW", "openings", "TCP_OPENING"],
    ],
  ],
  [
    "a reset shortens a life until its sender sends something else",
    6,
    tcp,
    [
      ...handshake,
      ["alice", rst, "ESTABLISHED", "flows", "TCP_RESET"],
      ["bob", ack, "REPLY", "flows", "TCP_RESET"],
      ["alice", ack, "ESTABLISHED", "flows", "TCP_ESTABLISHED"],
    ],
  ],
  [
    "after a reset a SYN opens anew; on a living connection it changes nothing",
    6,
    tcp,
    [
      ...handshake,
      ["alice", syn, "NEW", "openings", "TCP_OPENING", "TCP_ESTABLISHED"],
      ["bob", ack, "REPLY", "openings", "TCP_OPENING", "TCP_ESTABLISHED"],
      ["bob", rst | ack, "REPLY", "openings", "TCP_OPENING", "TCP_RESET"],
      ["alice", syn, "NEW", "openings", "TCP_OPENING", "TCP_RESET"],
      ["bob", syn | ack, "REPLY", "openings", "TCP_OPENING"],
    ],
  ],
  ["a reset of nothing leaves nothing", 6, tcp, [["alice", rst, "PASSED", "none", ""]]],
  [
    "the middle of a TCP connection becomes a flow when both ends were heard",
    6,
    tcp,
    [
      ["alice", ack, "NEW", "openings", "TCP_OPENING"],
      ["alice", ack, "NEW", "openings", "TCP_OPENING"],
      ["bob", ack, "REPLY", "openings", "TCP_OPENING"],
      ["alice", ack, "ESTABLISHED", "flows", "TCP_ESTABLISHED"],
    ],
  ],
  [
    "UDP",
    17,
    udp,
    [
      ["alice", 0, "NEW", "openings", "UDP_OPENING"],
      ["alice", 0, "NEW", "openings", "UDP_OPENING"],
      ["bob", 0, "REPLY", "openings", "UDP_ANSWERED"],
      ["bob", 0, "REPLY", "openings", "UDP_ANSWERED"],
      ["alice", 0, "ESTABLISHED", "openings", "UDP_ANSWERED"],
    ],
  ],
  [
    "an SCTP association from INIT to SHUTDOWN",
    132,
    sctp,
    [
      ["alice", init, "NEW", "openings", "SCTP_OPENING"],
      ["bob", initAck, "REPLY", "openings", "SCTP_OPENING"],
      ["alice", cookieEcho, "ESTABLISHED", "flows", "SCTP_ESTABLISHED"],
      ["bob", data, "REPLY", "flows", "SCTP_ESTABLISHED"],
      ["alice", shutdown, "ESTABLISHED", "flows", "SCTP_ESTABLISHED"],
      ["bob", shutdownAck, "REPLY", "flows", "TCP_CLOSING"],
      ["alice", init, "NEW", "openings", "SCTP_OPENING", "TCP_CLOSING"],
      ["bob", initAck, "REPLY", "openings", "SCTP_OPENING"],
      ["bob", abort, "REPLY", "openings", "TCP_RESET"],
    ],
  ],
  [
    "a protocol without ports",
    50,
    () => new Uint8Array(16),
    [
      ["alice", 0, "NEW", "openings", "OTHER"],
      ["bob", 0, "REPLY", "openings", "OTHER"],
      ["alice", 0, "ESTABLISHED", "openings", "OTHER"],
    ],
  ],
];

for (const [name, protocol, write, rows] of stories) {
  test(`states and lifetimes: ${name}`, kernelTest, async () => {
    for (const family of [4, 6] as const) {
      using mesh = await openMesh(tracked);
      for (const [index, [who, what, state, table, life, older]] of rows.entries()) {
        const frame = frameOf(family, [who, write(who, what)], protocol);
        const seen = [index, await stateOf(mesh, who, frame), entries(mesh)];
        const before = older === undefined ? [] : [{ table: "flows", life: older }];
        const now = table === "none" ? [] : [{ table, life }];
        assert.deepEqual(seen, [index, state, [...before, ...now]]);
      }
    }
  });
}

test("states and lifetimes: pings, and errors about them", kernelTest, async () => {
  for (const [family, protocol, request, answer, error] of [
    [4, 1, 8, 0, [3, 1]],
    [6, 58, 128, 129, [1, 3]],
  ] as const) {
    using mesh = await openMesh(tracked);
    const message = (type: number) => packet.icmp(type, 0, packet.echo(7));
    const asked = frameOf(family, ["alice", message(request)], protocol);
    const answered = frameOf(family, ["bob", message(answer)], protocol);
    assert.equal(await stateOf(mesh, "alice", asked), "NEW");
    assert.equal(await stateOf(mesh, "bob", answered), "REPLY");
    assert.deepEqual(entries(mesh), [{ table: "openings", life: "ICMP" }]);
    assert.equal(await stateOf(mesh, "alice", asked), "ESTABLISHED");
    assert.deepEqual(entries(mesh), [{ table: "openings", life: "ICMP" }]);
    const quote = packet.join(new Uint8Array(4), asked.subarray(14));
    const unreachable = frameOf(family, ["bob", packet.icmp(error[0], error[1], quote)], protocol);
    assert.equal(await stateOf(mesh, "bob", unreachable), "PASSED");
    assert.deepEqual(entries(mesh), [{ table: "openings", life: "ICMP" }]);
    age(mesh, proven);
    assert.equal(await stateOf(mesh, "bob", unreachable), "PASSED");
    assert.deepEqual(entries(mesh), [{ table: "openings", life: "ICMP" }], "an error is no answer");
    assert.equal(await stateOf(mesh, "alice", asked), "ESTABLISHED");
    assert.deepEqual(entries(mesh), [{ table: "flows", life: "ICMP" }]);
    assert.equal(await stateOf(mesh, "bob", unreachable), "PASSED");
  }
});

test(
  "without a handshake a flow is in use when it was answered and goes on in its second second",
  kernelTest,
  async () => {
    for (const [name, protocol, write, life] of [
      ["UDP", 17, udp, "UDP_ANSWERED"],
      ["another protocol", 50, () => new Uint8Array(16), "OTHER"],
    ] as const) {
      for (const last of ["alice", "bob"] as const) {
        using mesh = await openMesh(tracked);
        const step = (who: "alice" | "bob") => stateOf(mesh, who, frameOf(6, [who, write(who, 0)], protocol));
        const state = { alice: "ESTABLISHED", bob: "REPLY" }[last];
        await step("alice");
        age(mesh, proven);
        await step("alice");
        assert.equal(entries(mesh)[0]?.table, "openings", `${name}: old, but not answered`);
        await step("bob");
        assert.deepEqual(entries(mesh), [{ table: "openings", life }], `${name}: the answer itself`);
        assert.equal(await step(last), state);
        assert.deepEqual(entries(mesh), [{ table: "flows", life }], `${name}: goes on`);
        assert.equal(await step(last), state);
      }
    }
  },
);

test("a flow is remembered as long as the settings say, and no longer", kernelTest, async () => {
  const lifetimes = lives.map((_, index) => 100 + 10 * index);
  const guarded = both({});
  const done = new Set<string>();
  for (const [name, protocol, write, rows] of stories) {
    for (const [at, [, , , table, life]] of rows.entries()) {
      if (table === "none" || done.has(life)) continue;
      done.add(life);
      using mesh = await openMesh({ bob: guarded });
      await mesh.change("bob", { policy: guarded, lifetimes });
      for (const [who, what] of rows.slice(0, at + 1)) {
        await stateOf(mesh, who, frameOf(6, [who, write(who, what)], protocol));
      }
      const answer = frameOf(6, ["bob", write("bob", protocol === 6 ? ack : data)], protocol);
      const lifetime = lifetimes[lives.indexOf(life)] ?? 0;
      const of = [name, at, life];
      age(mesh, lifetime - 2);
      const within = await stateOf(mesh, "bob", answer);
      assert.deepEqual([...of, within], [...of, "REPLY"]);
      // The answer may have brought the flow to its next life.
      age(mesh, 2 + Math.max(...lifetimes));
      const after = await stateOf(mesh, "bob", answer);
      assert.notEqual(after, "REPLY", JSON.stringify(of));
    }
  }
});

test(
  "the receiver's program believes what the sender's found only under its own policy of now",
  kernelTest,
  async () => {
    const policy = both({ ingress: allows([alice.identity], 6, [80]), egress: closed });
    using mesh = await openMesh({ alice: both({}), bob: policy });
    const step = (who: "alice" | "bob", bits: number) =>
      stateOf(mesh, who, frameOf(6, [who, tcp(who, bits)], 6));
    for (const [who, bits] of handshake) await step(who, bits);
    assert.equal(await step("alice", ack), "ESTABLISHED");
    await mesh.change("bob", { policy: both({ ingress: closed, egress: closed }), policyRevision: 2 });
    assert.equal(await step("alice", ack), "DROP_POLICY_INGRESS");
    assert.equal(await step("bob", ack), "DROP_POLICY_INGRESS");
    await mesh.change("bob", { policy, policyRevision: 3 });
    assert.equal(await step("alice", ack), "ESTABLISHED");
    await mesh.change("alice", { policy: both({}), identity: 999 });
    assert.equal(await step("alice", ack), "DROP_POLICY_INGRESS", "somebody else now");
  },
);

test("entries outlive the programs that made them", kernelTest, async () => {
  const policy = both({ ingress: allows([alice.identity], 6, [80]), egress: closed });
  using mesh = await openMesh({ bob: policy });
  const step = (who: "alice" | "bob", bits: number) =>
    stateOf(mesh, who, frameOf(6, [who, tcp(who, bits)], 6));
  for (const [who, bits] of handshake) await step(who, bits);
  for (const specialised of [true, false]) {
    await mesh.change("bob", { policy, specialised });
    assert.equal(await step("bob", ack), "REPLY");
  }
});

test("every lifetime has a story", () => {
  const told = new Set(["ICMP", ...stories.flatMap(([, , , rows]) => rows.map(([, , , , life]) => life))]);
  assert.deepEqual(
    lives.filter((life) => !told.has(life)),
    [],
  );
});

test("a container without policy has no entry, whatever it sends", kernelTest, async () => {
  using mesh = await openMesh();
  for (const [, protocol, write, rows] of stories) {
    for (const [who, what] of rows) {
      const frame = frameOf(6, [who, write(who, what)], protocol);
      assert.equal(await stateOf(mesh, who, frame), "PASSED");
    }
  }
  assert.deepEqual(entries(mesh), []);
  assert.ok(bob.policy === undefined);
});
