import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyTables } from "@weft/policy";
import { between, frame, kernelTest, types } from "./frames.ts";
import { actions, alice, bob, openMesh, type TestMesh } from "./mesh.ts";
import * as packet from "./packet.ts";
import { allows, both, closed } from "./tables.ts";
import { frameOf } from "./track.ts";

const { syn, ack } = packet.flags;
const [tcp, udp, icmp6] = [6, 17, 58];
const toBob = (src: number, dst: number, bits: number = syn) =>
  between(alice, bob, tcp, packet.tcp(src, dst, bits));
const toAlice = (src: number, dst: number, bits: number = syn) =>
  between(bob, alice, tcp, packet.tcp(src, dst, bits));
const passed = [actions.redirect, "FORWARDED"];
const cutIn = [actions.drop, "DROP_POLICY_INGRESS"];
const cutOut = [actions.drop, "DROP_POLICY_EGRESS"];
const unasked = [actions.drop, "DROP_UNASKED"];
const guarded = both({ ingress: allows([alice.identity], tcp, [80]), egress: closed });

interface FlowEntry {
  readonly flags: number;
  readonly tcp_flags: Uint8Array;
  readonly peer_identity: number;
  readonly responder_identity: number;
}

async function send(mesh: TestMesh, data: Uint8Array): Promise<unknown[]> {
  const { action, outcome } = await mesh.send(data);
  return [action, outcome];
}
async function reply(mesh: TestMesh, data: Uint8Array): Promise<unknown[]> {
  const { action, outcome } = await mesh.reply(data);
  return [action, outcome];
}

test(
  "what the policy names passes, all else is cut, and so is what nobody asked for",
  kernelTest,
  async () => {
    using mesh = await openMesh({ bob: guarded });
    assert.deepEqual(await send(mesh, toBob(40_000, 80)), passed);
    assert.deepEqual(await send(mesh, toBob(40_000, 81)), cutIn);
    assert.deepEqual(await send(mesh, between(alice, bob, udp, packet.udp(40_000, 80))), cutIn);
    assert.deepEqual(await reply(mesh, toAlice(50_000, 80)), cutOut);
  },
);

test("answers of an allowed flow pass against the policies of both ends", kernelTest, async () => {
  const alicePolicy = both({ egress: allows([bob.identity], tcp, [80]), ingress: closed });
  using mesh = await openMesh({ alice: alicePolicy, bob: guarded });
  assert.deepEqual(await reply(mesh, toAlice(80, 40_000, syn | ack)), unasked, "before there is a flow");
  assert.deepEqual(await send(mesh, toBob(40_000, 80)), passed);
  assert.deepEqual(await reply(mesh, toAlice(80, 40_000, syn | ack)), passed);
  assert.deepEqual(await send(mesh, toBob(40_000, 80, ack)), passed);
  assert.deepEqual(await reply(mesh, toAlice(80, 40_001, syn | ack)), unasked, "another flow");
  assert.deepEqual(await reply(mesh, toAlice(80, 40_000)), cutOut, "a SYN is no answer");
});

test(
  "taking a permission back cuts the flow in both directions; giving it again mends it",
  kernelTest,
  async () => {
    using mesh = await openMesh({ bob: guarded });
    const bobGets = (policy: PolicyTables, policyRevision: number) =>
      mesh.change("bob", { policy, policyRevision });
    assert.deepEqual(await send(mesh, toBob(40_000, 80)), passed);
    assert.deepEqual(await reply(mesh, toAlice(80, 40_000, ack)), passed);
    await bobGets(both({ ingress: closed, egress: closed }), 2);
    assert.deepEqual(await reply(mesh, toAlice(80, 40_000, ack)), cutIn);
    assert.deepEqual(await send(mesh, toBob(40_000, 80, ack)), cutIn);
    await bobGets(guarded, 3);
    assert.deepEqual(await reply(mesh, toAlice(80, 40_000, ack)), passed);
    assert.deepEqual(await send(mesh, toBob(40_000, 80, ack)), passed);
  },
);

test("a cut flow does not come back as a flow of the other end that may send", kernelTest, async () => {
  using mesh = await openMesh({ bob: both({ ingress: allows([alice.identity], udp, [53]) }) });
  const ask = between(alice, bob, udp, packet.udp(40_000, 53));
  const answer = between(bob, alice, udp, packet.udp(53, 40_000));
  assert.deepEqual(await send(mesh, ask), passed);
  await mesh.change("bob", { policy: both({ ingress: closed }), policyRevision: 2 });
  assert.deepEqual(await reply(mesh, answer), cutIn);
  assert.deepEqual(await send(mesh, ask), cutIn);
});

test(
  "what was refused at the other end does not stand in the way of a flow in the other direction",
  kernelTest,
  async () => {
    const alicePolicy = both({ egress: allows([bob.identity], udp, [53]) });
    using mesh = await openMesh({ alice: alicePolicy, bob: both({ ingress: closed }) });
    assert.deepEqual(await send(mesh, between(alice, bob, udp, packet.udp(40_000, 53))), cutIn);
    assert.deepEqual(await reply(mesh, between(bob, alice, udp, packet.udp(53, 40_000))), passed);
    assert.deepEqual(
      await send(mesh, between(alice, bob, udp, packet.udp(40_000, 53))),
      passed,
      "an answer now",
    );
  },
);

test("a flow is decided again when the other end becomes somebody else", kernelTest, async () => {
  using mesh = await openMesh({ bob: guarded });
  assert.deepEqual(await send(mesh, toBob(40_000, 80)), passed);
  await mesh.change("alice", { identity: 999 });
  assert.deepEqual(await send(mesh, toBob(40_000, 80, ack)), cutIn);
  assert.deepEqual(await reply(mesh, toAlice(80, 40_000, ack)), cutIn);
});

test("a connection that began before there was tracking is judged by its direction", kernelTest, async () => {
  using mesh = await openMesh();
  assert.deepEqual(await send(mesh, toBob(40_000, 80)), passed);
  for (const name of ["flows", "openings", "fragments"] as const) {
    assert.equal([...mesh.datapath.map(name).entries()].length, 0, "nobody tracks");
  }
  await mesh.change("bob", { policy: both({ ingress: closed }), policyRevision: 2 });
  assert.deepEqual(await reply(mesh, toAlice(80, 40_000, ack)), cutIn);
  await mesh.change("bob", { policy: guarded, policyRevision: 3 });
  assert.deepEqual(await reply(mesh, toAlice(80, 40_000, ack)), passed);
});

test(
  "two ends that open one connection at once have one, which either policy may have let pass",
  kernelTest,
  async () => {
    using mesh = await openMesh({ alice: both({ ingress: closed }) });
    assert.deepEqual(await reply(mesh, toAlice(9000, 7000, syn)), cutIn, "nobody asked");
    assert.deepEqual(await send(mesh, toBob(7000, 9000, syn)), passed);
    assert.deepEqual(await reply(mesh, toAlice(9000, 7000, syn)), passed);
    assert.deepEqual(await send(mesh, toBob(7000, 9000, syn | ack)), passed);
    assert.deepEqual(await reply(mesh, toAlice(9000, 7000, syn | ack)), passed);
    assert.deepEqual(await reply(mesh, toAlice(9001, 7000, syn)), cutIn);
  },
);

test("who is denied a direction cannot send in it what reads as an answer", kernelTest, async () => {
  const { fin, rst } = packet.flags;
  const shapes = [ack, ack | fin, 0, rst, rst | ack, syn | ack];
  const pong = (from: typeof alice, to: typeof alice) =>
    between(from, to, icmp6, packet.icmp(129, 0, packet.echo(9)));
  const noIngress = both({ ingress: closed });
  const noEgress = both({ egress: closed });
  for (const alicePolicy of [undefined, both({ ingress: allows([bob.identity], tcp, [80]) })]) {
    using mesh = await openMesh({ bob: noIngress, ...(alicePolicy ? { alice: alicePolicy } : {}) });
    for (const shape of shapes) {
      const { action } = await mesh.send(toBob(80, 40_000, shape));
      assert.equal(action, actions.drop, `flags ${shape} into a container that nobody may send to`);
    }
    assert.equal((await mesh.send(pong(alice, bob))).action, actions.drop);
  }
  using mesh = await openMesh({ bob: noEgress });
  for (const shape of shapes) {
    const expected = shape === (syn | ack) ? unasked : cutOut;
    assert.deepEqual(await reply(mesh, toAlice(80, 40_000, shape)), expected);
  }
  assert.deepEqual(await reply(mesh, pong(bob, alice)), unasked);
});

test("pings pass with their answers and not without", kernelTest, async () => {
  const pings = { ...allows([alice.identity], icmp6, [128 << 8]) };
  using mesh = await openMesh({ bob: both({ ingress: pings, egress: closed }) });
  const request = between(alice, bob, icmp6, packet.icmp(128, 0, packet.echo(7)));
  const answer = (id: number) => between(bob, alice, icmp6, packet.icmp(129, 0, packet.echo(id)));
  assert.deepEqual(await reply(mesh, answer(7)), unasked);
  assert.deepEqual(await send(mesh, request), passed);
  assert.deepEqual(await reply(mesh, answer(7)), passed);
  assert.deepEqual(await reply(mesh, answer(8)), unasked);
});

test(
  "whoever is pinged may not ping back under the same number, nor under the next one",
  kernelTest,
  async () => {
    for (const [family, protocol, request, answer] of [
      [4, 1, 8, 0],
      [6, icmp6, 128, 129],
    ] as const) {
      const pings = allows([alice.identity], protocol, [request << 8]);
      using mesh = await openMesh({ bob: both({ ingress: pings, egress: closed }) });
      const message = (who: "alice" | "bob", type: number, id: number) =>
        frameOf(family, [who, packet.icmp(type, 0, packet.echo(id))], protocol);
      for (const id of [0, 1, 7, 0x00ff, 0xff00, 0xfffe, 0xffff]) {
        const near = [id - 1, id, id + 1].map((each) => each & 0xffff);
        assert.deepEqual(await send(mesh, message("alice", request, id)), passed, `${id}`);
        for (const each of near) assert.deepEqual(await reply(mesh, message("bob", request, each)), cutOut);
        assert.deepEqual(await reply(mesh, message("bob", answer, id)), passed);
        for (const each of near) assert.deepEqual(await reply(mesh, message("bob", request, each)), cutOut);
        assert.deepEqual(await send(mesh, message("alice", answer, id)), unasked, "an answer to nothing");
      }
    }
  },
);

test("both ends may ping each other under one number, each for itself", kernelTest, async () => {
  const pings = allows([alice.identity], icmp6, [128 << 8]);
  using mesh = await openMesh({ bob: both({ ingress: pings, egress: pings }) });
  const message = (who: "alice" | "bob", type: number) =>
    frameOf(6, [who, packet.icmp(type, 0, packet.echo(0))], icmp6);
  assert.deepEqual(await send(mesh, message("alice", 128)), passed);
  assert.deepEqual(await reply(mesh, message("bob", 128)), passed);
  assert.deepEqual(await send(mesh, message("alice", 129)), passed);
  assert.deepEqual(await reply(mesh, message("bob", 129)), passed);
  assert.equal([...mesh.datapath.map("openings").entries()].length, 2);
});

test("an error about an echo is of the flow of whoever asked", kernelTest, async () => {
  const pings = allows([alice.identity], icmp6, [128 << 8]);
  using mesh = await openMesh({ bob: both({ ingress: pings, egress: closed }) });
  assert.deepEqual(
    await send(mesh, frameOf(6, ["alice", packet.icmp(128, 0, packet.echo(7))], icmp6)),
    passed,
  );
  const about = (from: typeof alice, to: typeof alice, type: number) => {
    const quoted = packet.ip(from.ipv6, to.ipv6, icmp6, packet.icmp(type, 0, packet.echo(7)));
    return between(to, from, icmp6, packet.icmp(1, 4, packet.join(new Uint8Array(4), quoted)));
  };
  assert.deepEqual(await reply(mesh, about(alice, bob, 128)), passed, "the request");
  assert.deepEqual(await reply(mesh, about(alice, bob, 129)), cutOut, "an answer of Alice's");
  assert.deepEqual(await send(mesh, about(bob, alice, 129)), passed, "the answer");
  assert.deepEqual(await send(mesh, about(bob, alice, 128)), cutIn, "a request of Bob's");
});

test("an ICMP error passes when the packet inside belongs to a flow that passed", kernelTest, async () => {
  using mesh = await openMesh({ bob: guarded });
  const unreachable = (dst: number, src = alice.ipv6) => {
    const quoted = packet.ip(src, bob.ipv6, tcp, packet.tcp(40_000, dst));
    return between(bob, alice, icmp6, packet.icmp(1, 4, packet.join(new Uint8Array(4), quoted)));
  };
  assert.deepEqual(await reply(mesh, unreachable(80)), cutOut, "no flow");
  assert.deepEqual(await send(mesh, toBob(40_000, 80)), passed);
  assert.deepEqual(await reply(mesh, unreachable(80)), passed);
  assert.deepEqual(await reply(mesh, unreachable(81)), cutOut, "another flow inside");
  assert.deepEqual(await reply(mesh, unreachable(80, "fd00:1::c")), cutOut, "not sent by whom it is told");
});

test("nobody but the other end reports on a flow", kernelTest, async () => {
  using mesh = await openMesh({ bob: guarded });
  const mallory = { slot: 4, identity: 666, mac: "02:00:00:00:00:0d", ipv6: "fd00:1::d" };
  mesh.datapath.addPeer(mallory);
  using loaded = await mesh.datapath.load(mallory);
  assert.deepEqual(await send(mesh, toBob(40_000, 80)), passed);
  const quoted = packet.ip(bob.ipv6, alice.ipv6, tcp, packet.tcp(80, 40_000, ack));
  const tooBig = packet.icmp(2, 0, packet.join(new Uint8Array([0, 0, 5, 0]), quoted));
  const { outcome } = await mesh.run(loaded.program("from_container"), between(mallory, bob, icmp6, tooBig));
  assert.equal(outcome, "DROP_POLICY_INGRESS");
  assert.deepEqual(await send(mesh, between(alice, bob, icmp6, tooBig)), passed, "the other end may");
});

test("an error about a flow that only its other end let pass is not believed", kernelTest, async () => {
  const fromBob = both({ ingress: allows([bob.identity], tcp, [40_000]) });
  using mesh = await openMesh({ alice: fromBob, bob: both({ ingress: closed }) });
  // Reads as Alice's answer to Bob, who never asked: Alice's policy lets it out, Bob's does not let it in.
  assert.deepEqual((await send(mesh, toBob(80, 40_000, ack)))[0], actions.drop);
  const quoted = packet.ip(bob.ipv6, alice.ipv6, tcp, packet.tcp(40_000, 80, ack));
  const error = packet.icmp(1, 4, packet.join(new Uint8Array(4), quoted));
  assert.deepEqual((await send(mesh, between(alice, bob, icmp6, error)))[0], actions.drop);
});

test("a flow that another CPU saw a moment later is not over", kernelTest, async () => {
  using mesh = await openMesh({ bob: guarded });
  assert.deepEqual(await send(mesh, toBob(40_000, 80)), passed);
  const openings = mesh.bob.map("openings").typed<unknown, { seen_s: number }>();
  for (const [key, flow] of [...openings.entries()])
    openings.update(key, { ...flow, seen_s: flow.seen_s + 1 });
  assert.deepEqual(await reply(mesh, toAlice(80, 40_000, syn | ack)), passed);
});

test("in IPv4 as in IPv6: answers, pings and errors", kernelTest, async () => {
  using mesh = await openMesh({ bob: guarded });
  const v4 = (from: typeof alice, to: typeof alice, protocol: number, payload: Uint8Array) =>
    frame(packet.ip(`${from.ipv4}`, `${to.ipv4}`, protocol, payload), types.ipv4, from.mac);
  const quoted = packet.ip("10.0.0.10", "10.0.0.11", tcp, packet.tcp(40_000, 80));
  const error = v4(bob, alice, 1, packet.icmp(3, 3, packet.join(new Uint8Array(4), quoted)));
  assert.deepEqual(await reply(mesh, error), cutOut);
  assert.deepEqual(await send(mesh, v4(alice, bob, tcp, packet.tcp(40_000, 80))), passed);
  assert.deepEqual(await reply(mesh, v4(bob, alice, tcp, packet.tcp(80, 40_000, syn | ack))), passed);
  assert.deepEqual(await reply(mesh, error), passed);
  assert.deepEqual(await send(mesh, v4(alice, bob, 1, packet.icmp(8, 0, packet.echo(1)))), cutIn);
});

test("later fragments pass without a policy and are dropped with one", kernelTest, async () => {
  const later = frame(
    packet.ip("10.0.0.10", "10.0.0.11", udp, new Uint8Array(16), { fragment: 100 }),
    types.ipv4,
  );
  const header = Uint8Array.of(udp, 0, 1, 0, 0, 0, 0, 1);
  const later6 = between(alice, bob, 44, packet.join(header, new Uint8Array(16)));
  using open = await openMesh();
  using shut = await openMesh({ bob: both({ ingress: allows([alice.identity], udp, [53]) }) });
  for (const data of [later, later6]) {
    assert.deepEqual(await send(open, data), passed);
    assert.deepEqual(await send(shut, data), [actions.drop, "DROP_FRAGMENT"]);
  }
});

test("both directions share one entry, whose key is the same from either end", kernelTest, async () => {
  using mesh = await openMesh({ alice: both({ egress: allows([bob.identity], tcp, [80]) }), bob: guarded });
  await send(mesh, toBob(40_000, 80));
  await reply(mesh, toAlice(80, 40_000, syn | ack));
  const entries = [
    ...mesh.datapath.map("openings").typed<{ protocol: number }, Record<string, unknown>>().entries(),
  ];
  assert.equal(entries.length, 1);
  const [key, flow] = entries[0] ?? [];
  assert.equal(key?.protocol, tcp);
  assert.deepEqual(flow?.tcp_flags, Uint8Array.of(syn, syn | ack));
  assert.equal(Number(flow?.flags) & ~1, 2 | 4 | 8, "both let it pass, and it was answered");
  assert.deepEqual([flow?.peer_identity, flow?.responder_identity], [alice.identity, bob.identity]);
});

test(
  "a flow that begins is on record with what both ends said, whether the receiver tracks it, refuses it or neither",
  kernelTest,
  async () => {
    const [egressOk, ingressOk] = [2, 4];
    const alicePolicy = both({ egress: allows([bob.identity], tcp, [80]), ingress: closed });
    for (const [name, bobPolicy, passes, expected] of [
      ["nobody tracks there", undefined, true, egressOk],
      ["the receiver lets it pass", guarded, true, egressOk | ingressOk],
      ["the receiver refuses it", both({ ingress: closed }), false, egressOk],
    ] as const) {
      using mesh = await openMesh({
        alice: alicePolicy,
        ...(bobPolicy === undefined ? {} : { bob: bobPolicy }),
      });
      for (const port of [40_000, 40_001]) {
        assert.deepEqual(
          [name, ...(await send(mesh, toBob(port, 80)))],
          [name, ...(passes ? passed : cutIn)],
        );
      }
      const openings = [...mesh.datapath.map("openings").typed<unknown, FlowEntry>().entries()];
      const flags = openings.map(([, flow]) => flow.flags & (egressOk | ingressOk));
      assert.deepEqual([name, flags], [name, [expected, expected]]);
      for (const [, flow] of openings) {
        assert.deepEqual(flow.tcp_flags, Uint8Array.of(syn, 0));
        assert.deepEqual([flow.peer_identity, flow.responder_identity], [alice.identity, bob.identity]);
      }
      if (passes) assert.deepEqual(await reply(mesh, toAlice(80, 40_001, syn | ack)), passed);
      assert.deepEqual(
        await reply(mesh, toAlice(80, 40_002, syn | ack)).then(([action]) => action),
        actions.drop,
      );
    }
  },
);
