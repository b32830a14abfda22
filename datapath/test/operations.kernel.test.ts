import assert from "node:assert/strict";
import { test } from "node:test";
import { between, kernelTest } from "./frames.ts";
import { alice, bob, carol, openMesh } from "./mesh.ts";
import { operationsOf } from "./operations.ts";
import * as packet from "./packet.ts";
import { allows, both } from "./tables.ts";

const { syn, ack } = packet.flags;

test(
  "an established packet costs three look-ups for both programs, and a new flow is stored once",
  kernelTest,
  async () => {
    const peers = [alice.identity, bob.identity, carol.identity];
    const policy = both({ ingress: allows(peers, 6, [80]), egress: allows(peers, 6, [80]) });
    using mesh = await openMesh({ alice: policy, bob: policy, counted: true });
    const cost = async (run: () => Promise<unknown>) => {
      const before = operationsOf([mesh.alice, mesh.bob]);
      await run();
      const after = operationsOf([mesh.alice, mesh.bob]);
      return [after.lookups - before.lookups, after.updates - before.updates, after.deletes - before.deletes];
    };
    const forth = (bits: number) => mesh.send(between(alice, bob, 6, packet.tcp(40_000, 80, bits)));
    const back = (bits: number) => mesh.reply(between(bob, alice, 6, packet.tcp(80, 40_000, bits)));
    const [, begun] = await cost(() => forth(syn));
    assert.equal(begun, 1, "a new flow is stored once");
    const [, answered] = await cost(() => back(syn | ack));
    assert.equal(answered, 1, "and once when it is answered");
    const [, updates, deletes] = await cost(() => forth(ack));
    assert.deepEqual([updates, deletes], [1, 1], "it moves");
    // Who is there, the flow, and a counter.
    assert.deepEqual(await cost(() => forth(ack)), [3, 0, 0]);
    assert.deepEqual(await cost(() => back(ack)), [3, 0, 0]);
  },
);
