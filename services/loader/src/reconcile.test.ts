import assert from "node:assert/strict";
import { test } from "node:test";
import { meshOf } from "@weft/model/testing";
import { WeftError } from "@weft/netaddr";
import { emptyActual } from "./domain/actual.ts";
import { describe as inWords } from "./domain/describe.ts";
import type { Operation } from "./domain/operation.ts";
import { attachedEvent, catalogue, facts, paperKernel, twoHosts } from "./domain/testing.ts";
import type { Kernel } from "./kernel.ts";
import type { Objects } from "./objects.ts";
import { makeReconciler } from "./reconcile.ts";
import { startSpecialiser } from "./specialise.ts";

/** The loop on a kernel of paper, whose `peers` somebody else can empty. */
async function openLoop(driftMs: number) {
  const mesh = meshOf([...twoHosts, attachedEvent("h2", 1)]);
  const paper = paperKernel(emptyActual(2));
  const drifts: string[][] = [];
  const write = { turn: Promise.resolve(), failing: false };
  const kernel: Kernel = {
    read: async () => paper.actual(),
    async apply(operations, done) {
      await write.turn;
      const [operation] = operations;
      if (write.failing && operation !== undefined) {
        return { failures: [{ operation, error: new WeftError("INTERNAL", "no room") }], writes: [] };
      }
      for (const operation of operations) {
        paper.run([operation]);
        done(operation, { ifindex: 100, programIds: { from_uplink: 100 } });
      }
      return { failures: [], writes: [] };
    },
    privateMaps: () => [],
    forgetFlows: async () => undefined,
    reports: async () => [],
    records: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const objects: Objects = {
    build: async () => "",
    spec: async () => undefined,
    known: () => undefined,
    recall: async () => undefined,
    held: async () => [],
  };
  const specialiser = startSpecialiser({
    objects,
    basis: () => catalogue.container,
    settleMs: 60_000,
    onReady: () => undefined,
    onRefused: assert.fail,
  });
  const settings = {
    mesh,
    facts,
    kernel,
    objects,
    specialiser,
    shared: () => catalogue,
    driftMs,
    onPlan: () => undefined,
    onPass: () => undefined,
    onDrift: (operations: readonly Operation[]) => drifts.push(operations.map(inWords)),
    onFault: (error: WeftError) => void (write.failing || assert.fail(error)),
  };
  const reconciler = makeReconciler(settings);
  const stop = new AbortController();
  const running = reconciler.run(stop.signal);
  await reconciler.settled(mesh.revision);
  return {
    mesh,
    drifts,
    reconciler,
    settings,
    write,
    empty: () => paper.run([{ kind: "map_remove", map: "peers", keys: [...peersIn(paper.actual())] }]),
    peers: () => [...peersIn(paper.actual())].length,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await specialiser[Symbol.asyncDispose]();
    },
  };
}

function peersIn({ maps }: ReturnType<Kernel["read"]> extends Promise<infer Actual> ? Actual : never) {
  const { peers } = maps;
  return peers === undefined || peers === "present" ? [] : peers.keys();
}

test("asking for the plan all the time does not keep drift from being repaired", async () => {
  await using loop = await openLoop(50);
  assert.equal(loop.peers(), 1);
  loop.empty();
  const deadline = AbortSignal.timeout(10_000);
  while (loop.drifts.length === 0) {
    await loop.reconciler.plan();
    await new Promise((resolve) => setTimeout(resolve, 1));
    deadline.throwIfAborted();
  }
  assert.deepEqual(loop.drifts, [["write 1 entry into peers"]]);
  assert.equal(loop.peers(), 1);
});

test("drift that is repaired together with an event is told of, and the event's own work is not", async () => {
  await using loop = await openLoop(60_000);
  loop.empty();
  loop.settings.driftMs = 0; // A look is due now, and an event comes.
  meshOf([attachedEvent("h2", 2)], loop.mesh);
  loop.reconciler.poke();
  await loop.reconciler.settled(loop.mesh.revision);
  assert.deepEqual(loop.drifts, [["write 1 entry into peers"]]);
  assert.equal(loop.peers(), 2);
});

test("a revision is in force when the kernel has been written to, and not before", async () => {
  await using loop = await openLoop(60_000);
  const written = Promise.withResolvers<void>();
  loop.write.turn = written.promise;
  meshOf([attachedEvent("h2", 2)], loop.mesh);
  loop.reconciler.poke();
  const { revision } = loop.mesh;
  const order: string[] = [];
  const waiting = loop.reconciler.inForce(revision).then(() => order.push("in force"));
  // The pass has begun and hangs in the kernel's door; a plan would have to wait for it.
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(loop.reconciler.progress().applied < revision);
  order.push("written");
  written.resolve();
  await waiting;
  assert.deepEqual(order, ["written", "in force"]);
  assert.equal(loop.peers(), 2);
});

test("a revision that the kernel refused is not in force, and the error is told", async () => {
  await using loop = await openLoop(60_000);
  loop.write.failing = true;
  meshOf([attachedEvent("h2", 2)], loop.mesh);
  loop.reconciler.poke();
  const { revision } = loop.mesh;
  const { applied, failures } = await loop.reconciler.settled(revision);
  assert.equal(applied, revision - 1);
  assert.deepEqual(
    [...failures.values()].map(({ message }) => message),
    ["no room"],
  );
  loop.write.failing = false;
  await loop.reconciler.inForce(revision, AbortSignal.timeout(10_000));
  assert.equal(loop.peers(), 2);
});
