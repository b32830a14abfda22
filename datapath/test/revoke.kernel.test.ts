import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "./datapath.ts";
import { kernelTest } from "./frames.ts";
import { alice, bob, openMesh, type TestMesh } from "./mesh.ts";
import * as packet from "./packet.ts";
import { openRecords, type Records } from "./records.ts";
import { allows, both, closed } from "./tables.ts";
import { frameOf, stateOf } from "./track.ts";

const { syn, ack } = packet.flags;
const web = both({ ingress: allows([alice.identity], 6, [80]), egress: closed });
const shut = both({ ingress: closed, egress: closed });
const cutIn = "DROP_POLICY_INGRESS";
const cutOut = "DROP_POLICY_EGRESS";
const nowS = (): number => Number(process.hrtime.bigint() >> 30n);
const hour = 3600;

interface Flow {
  readonly bound_s: number;
  readonly ingress_revision: bigint | number;
}

/** A mesh with its records, and packets of one connection from Alice to Bob's port 80. */
interface Scene extends AsyncDisposable {
  readonly mesh: TestMesh;
  readonly records: Records;
  /** What becomes of a packet: to its flow, or the outcome if it is dropped. */
  step(who: "alice" | "bob", bits?: number, port?: number): Promise<string>;
  bob(changed: Partial<Container>): Promise<void>;
  /** The flow's entry; `set` changes it. */
  entry(set?: Partial<Flow>): Flow;
  /** Kinds and judges (slots) of the records since the last call. */
  told(): Promise<string[]>;
}

async function openScene(options: Parameters<typeof openMesh>[0] = {}, family: 4 | 6 = 6): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  const mesh = stack.use(await openMesh({ bob: web, ...options }));
  const records = stack.use(await openRecords(mesh.datapath));
  const scene: Scene = {
    mesh,
    records,
    step(who, bits = ack, port = 40_000) {
      const payload = who === "alice" ? packet.tcp(port, 80, bits) : packet.tcp(80, port, bits);
      return stateOf(mesh, who, frameOf(family, [who, payload], 6));
    },
    bob: (changed) => mesh.change("bob", changed),
    entry(set) {
      const map = mesh.datapath.map("flows").typed<unknown, Flow>();
      const [key, flow] = [...map.entries()][0] ?? assert.fail("there is no flow");
      if (set !== undefined) map.update(key, { ...flow, ...set });
      return { ...flow, ...set };
    },
    told: async () => (await records.taken()).map(({ kind, slot }) => `${kind} ${slot}`),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  for (const [who, bits] of [
    ["alice", syn],
    ["bob", syn | ack],
    ["alice", ack],
  ] as const) {
    await scene.step(who, bits);
  }
  await scene.told();
  return scene;
}

test("a flow is cut once, and its later packets are drops", kernelTest, async () => {
  for (const family of [4, 6] as const) {
    await using scene = await openScene({}, family);
    await scene.bob({ policy: shut, policyRevision: 2 });
    const steps = [await scene.step("alice"), await scene.step("alice"), await scene.step("bob")];
    assert.deepEqual(steps, [cutIn, cutIn, cutIn]);
    assert.deepEqual(await scene.told(), ["CUT 2", "DROP 2", "DROP 2"]);
    await scene.bob({ policy: web, policyRevision: 3 });
    assert.equal(await scene.step("alice"), "ESTABLISHED");
    await scene.bob({ policy: shut, policyRevision: 4 });
    await scene.step("bob");
    await scene.step("bob");
    assert.deepEqual(await scene.told(), ["CUT 2", "DROP 2"], "another cut");
  }
});

test(
  "a cut for whose record there was no room is on record later, and each only once",
  kernelTest,
  async () => {
    await using scene = await openScene();
    const program = scene.mesh.alice.program("from_container");
    const ports = Array.from({ length: 500 }, (_, index) => 41_000 + index);
    const send = async (bits: number, to: readonly number[]) => {
      for (const port of to) {
        await program.testRun({ data: frameOf(6, ["alice", packet.tcp(port, 80, bits)], 6) });
      }
      const told = await scene.records.taken();
      return told.flatMap(({ kind, ports: [port] }) => (kind === "CUT" ? [port] : []));
    };
    await send(syn, ports);
    await scene.bob({ policy: shut, policyRevision: 2 });
    const cuts = await send(ack, ports);
    const deadline = AbortSignal.timeout(20_000);
    while (cuts.length < ports.length) {
      deadline.throwIfAborted();
      const left = ports.filter((port) => !cuts.includes(port));
      cuts.push(...(await send(ack, left)));
    }
    assert.deepEqual(cuts.sort(), ports);
    assert.deepEqual(await send(ack, ports), []);
  },
);

test("a cut is on record with the rule that denies and the revision", kernelTest, async () => {
  await using scene = await openScene();
  const denies = { ...closed, verdicts: [{ allow: false, rule: 5, revision: 9 }] };
  await scene.bob({ policy: both({ ingress: denies }), policyRevision: 9 });
  await scene.step("bob");
  const [cut] = await scene.records.taken();
  assert.deepEqual(
    [cut?.kind, cut?.outcome, cut?.direction, cut?.rule, cut?.revision, cut?.ports, cut?.identities],
    ["CUT", cutIn, "ingress", 5, 9, [80, 40_000], [bob.identity, alice.identity]],
  );
});

test("a flow that is kept goes on, and what is new does not begin", kernelTest, async () => {
  for (const family of [4, 6] as const) {
    await using scene = await openScene({ alice: both({}) }, family);
    await scene.bob({ policy: shut, policyRevision: 2, revoke: ["keep", "cut"] });
    assert.deepEqual([await scene.step("bob"), await scene.step("alice")], ["REPLY", "ESTABLISHED"]);
    assert.equal(Number(scene.entry().ingress_revision), 2, "one look-up again");
    assert.deepEqual(await scene.told(), ["KEPT 2"], "once");
    assert.equal(await scene.step("alice", syn), cutIn, "a new connection of the same ports");
    assert.equal(await scene.step("alice", syn, 40_001), cutIn);
    assert.equal(await scene.step("alice", ack, 40_002), cutIn, "in the middle of nothing");
    assert.equal(await scene.step("alice"), "ESTABLISHED");
    await scene.told();
    for (const policyRevision of [3, 4]) {
      await scene.bob({ policy: shut, policyRevision, revoke: ["keep", "cut"] });
      assert.equal(await scene.step("alice"), "ESTABLISHED");
    }
    assert.deepEqual(await scene.told(), [], "on record already");
    await scene.bob({ policy: shut, policyRevision: 5 });
    assert.equal(await scene.step("alice"), cutIn);
    assert.deepEqual(await scene.told(), ["CUT 2"]);
    await scene.bob({ policy: shut, policyRevision: 6, revoke: ["keep", "keep"] });
    assert.equal(await scene.step("alice"), cutIn, "what is cut stays cut");
  }
});

test("a flow drains until the deadline, by the kernel's clock alone", kernelTest, async () => {
  await using scene = await openScene({ alice: both({}) });
  await scene.bob({ policy: shut, policyRevision: 2, revoke: [nowS() + 2, "cut"] });
  assert.deepEqual([await scene.step("alice"), await scene.step("bob")], ["ESTABLISHED", "REPLY"]);
  assert.deepEqual(await scene.told(), ["KEPT 2"]);
  const deadline = AbortSignal.timeout(10_000);
  while ((await scene.step("alice")) === "ESTABLISHED") deadline.throwIfAborted();
  assert.ok(nowS() >= scene.entry().bound_s);
  assert.equal(await scene.step("bob"), cutIn);
  assert.deepEqual(await scene.told(), ["CUT 2", "DROP 2"]);
});

test("errors about a flow reach it as long as it goes on", kernelTest, async () => {
  await using scene = await openScene();
  const quoted = packet.ip(bob.ipv6, alice.ipv6, 6, packet.tcp(80, 40_000, ack));
  const tooBig = packet.icmp(2, 0, packet.join(new Uint8Array(4), quoted));
  const told = () => stateOf(scene.mesh, "alice", frameOf(6, ["alice", tooBig], 58));
  assert.equal(await told(), "PASSED");
  for (const [policyRevision, revoke] of [
    [2, "keep"],
    [3, nowS() + hour],
  ] as const) {
    await scene.bob({ policy: shut, policyRevision, revoke: [revoke, "cut"] });
    assert.equal(await scene.step("alice"), "ESTABLISHED");
    assert.equal(await told(), "PASSED", `${revoke}`);
  }
  scene.entry({ bound_s: nowS() - 1 });
  assert.equal(await told(), cutIn, "over, though nothing of it came since");
  await scene.step("alice");
  assert.equal(await told(), cutIn);
});

test("no later policy gives a flow that drains more time", kernelTest, async () => {
  await using scene = await openScene();
  const [soon, later] = [nowS() + hour, nowS() + 2 * hour];
  await scene.bob({ policy: shut, policyRevision: 2, revoke: [soon, "cut"] });
  await scene.step("alice");
  await scene.bob({ policy: shut, policyRevision: 3, revoke: [later, "cut"] });
  assert.equal(await scene.step("alice"), "ESTABLISHED");
  assert.equal(scene.entry().bound_s, soon);
  await scene.bob({ policy: shut, policyRevision: 4, revoke: [soon - 60, "cut"] });
  await scene.step("alice");
  assert.equal(scene.entry().bound_s, soon - 60, "but less");
  scene.entry({ bound_s: nowS() - 1 });
  assert.equal(await scene.step("alice"), cutIn);
  await scene.bob({ policy: web, policyRevision: 5 });
  assert.equal(await scene.step("alice"), "ESTABLISHED");
  await scene.bob({ policy: shut, policyRevision: 6, revoke: [later, "cut"] });
  assert.equal(await scene.step("alice"), "ESTABLISHED", "allowed in between: revoked anew");
  assert.deepEqual(await scene.told(), ["KEPT 2", "CUT 2", "KEPT 2"]);
});

test("each end takes back what it allowed, in its own way", kernelTest, async () => {
  const out = both({ egress: allows([bob.identity], 6, [80]) });
  await using scene = await openScene({ alice: out });
  const noEgress = { policy: both({ egress: closed }) };
  await scene.mesh.change("alice", { ...noEgress, policyRevision: 2, revoke: ["cut", "keep"] });
  await scene.bob({ policy: shut, policyRevision: 2, revoke: ["keep", "cut"] });
  assert.deepEqual([await scene.step("bob"), await scene.step("alice")], ["REPLY", "ESTABLISHED"]);
  assert.deepEqual((await scene.told()).sort(), ["KEPT 1", "KEPT 2"]);
  await scene.mesh.change("alice", { ...noEgress, policyRevision: 3 });
  assert.deepEqual([await scene.step("alice"), await scene.step("bob")], [cutOut, cutOut]);
  assert.deepEqual(await scene.told(), ["CUT 1", "DROP 1"], "one cut for the flow");
  await scene.mesh.change("alice", { policy: out, policyRevision: 4 });
  assert.equal(await scene.step("alice"), "ESTABLISHED", "kept by Bob as before");
});

test("who is somebody else by now may lose a flow, and that is revoked like others", kernelTest, async () => {
  await using scene = await openScene();
  const relabelled = { policyRevision: 2, policy: web } as const;
  await scene.mesh.change("alice", { identity: 999 });
  await scene.bob({ ...relabelled, revoke: ["keep", "cut"] });
  assert.equal(await scene.step("alice"), "ESTABLISHED");
  assert.equal(await scene.step("alice", syn, 40_001), cutIn);
  await scene.bob({ ...relabelled, policyRevision: 3 });
  assert.equal(await scene.step("alice"), cutIn);
});
