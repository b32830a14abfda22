import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BpfMap, RingBuffer } from "@weft/ebpf";
import type { WeftEvent } from "@weft/log";
import { attachedEvent, twoHosts } from "../src/domain/testing.ts";
import { pinsOf } from "../src/kernel/pins.ts";
import { startHost } from "./host.ts";
import { compileDatapath, memoryObjects } from "./objects.ts";
import { kernelTest, makeRig, ping, type Rig } from "./rig.ts";

const objects = memoryObjects();
let shared = { container: "", uplink: "" };

before(async () => {
  if (kernelTest.skip !== undefined) return;
  shared = {
    container: objects.add(await compileDatapath("container")),
    uplink: objects.add(await compileDatapath("uplink")),
  };
});

const observe = (value: string): WeftEvent => ({
  type: "OptionsSet",
  data: { scope: "mesh", values: { observe: value } },
});

const flow = 3;

/** The slots of which the pinned ring has records of new flows, in order, until one of them is `last`. */
async function flowsUntil(rig: Rig, last: number): Promise<number[]> {
  using map = await BpfMap.openPinned(pinsOf(rig.bpffs, "h1").map("records"));
  await using ring = RingBuffer.open(map);
  const told: number[] = [];
  for await (const batch of ring.batches({ signal: AbortSignal.timeout(10_000) })) {
    for (const record of batch) if (record[73] === flow) told.push(record[68] ?? 0);
    if (told.includes(last)) return told;
  }
  assert.fail(`no flow at ${last} among ${told.join(", ")}`);
}

test(
  "all flows are told of where all are observed, and the maps outlive programs and loader",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    const [a, b] = [await rig.container(), await rig.container()];
    const events: WeftEvent[] = [
      ...twoHosts,
      observe("all"),
      attachedEvent("h1", 1, { netns: a.path }),
      attachedEvent("h1", 2, { netns: b.path }),
    ];
    const setting = { rig, objects, shared };
    const losses = pinsOf(rig.bpffs, "h1").ownMap("c1", "record_losses");
    let lossesId: number;
    {
      await using host = await startHost(1, setting, events);
      await host.tell();
      assert.equal(await ping(a.path, "fd00:1::2"), 3);
      assert.deepEqual(await flowsUntil(rig, 2), [1, 2]);
      using map = await BpfMap.openPinned(losses);
      lossesId = map.id;
    }
    await using host = await startHost(1, setting, events);
    assert.deepEqual((await host.reconciler.plan()).operations, []);
    for (const value of ["off", "all"]) {
      await host.tell(observe(value));
      assert.equal(await ping(b.path, "fd00:1::1"), 3);
    }
    assert.deepEqual(await flowsUntil(rig, 1), [2, 1], "nothing while it was off");
    using map = await BpfMap.openPinned(losses);
    assert.equal(map.id, lossesId);
  },
);
