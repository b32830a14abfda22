import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { BpfMap } from "@weft/ebpf";
import { type FlowStore, readFlows, type WeftEvent } from "@weft/log";
import { memoryFlows } from "@weft/log/testing";
import { attachedEvent, twoHosts } from "../src/domain/testing.ts";
import { pinsOf } from "../src/kernel/pins.ts";
import { startHost } from "./host.ts";
import { compileShared, memoryObjects } from "./objects.ts";
import { kernelTest, makeRig, ping } from "./rig.ts";

const objects = memoryObjects();
let shared = { container: "", uplink: "" };

before(async () => {
  if (kernelTest.skip === undefined) shared = await compileShared(objects);
});

const observe = (value: string): WeftEvent => ({
  type: "OptionsSet",
  data: { scope: "mesh", values: { observe: value } },
});

/** Who asked whom, by which end's judgement, of the echoes let pass: as soon as there are so many. */
async function echoes(flows: FlowStore, count: number): Promise<string[]> {
  const deadline = AbortSignal.timeout(20_000);
  for (;;) {
    const all = await Array.fromAsync(readFlows({ flows }));
    const told = all.filter(({ verdict, icmp }) => verdict === "FORWARDED" && icmp?.type === 128);
    const texts = told.map(({ source, direction }) => `${source.name} ${direction}`);
    if (texts.length >= count) return texts.sort();
    deadline.throwIfAborted();
    await delay(20);
  }
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
    const flows = memoryFlows();
    const setting = { rig, objects, shared, flows };
    const losses = pinsOf(rig.bpffs, "h1").ownMap("c1", "record_losses");
    let lossesId: number;
    {
      await using host = await startHost(1, setting, events);
      await host.tell();
      assert.equal(await ping(a.path, "fd00:1::2", 1), 1);
      assert.deepEqual(await echoes(flows, 2), ["pod-1 egress", "pod-1 ingress"]);
      using map = await BpfMap.openPinned(losses);
      lossesId = map.id;
    }
    await using host = await startHost(1, setting, events);
    assert.deepEqual((await host.reconciler.plan()).operations, []);
    for (const value of ["off", "all"]) {
      await host.tell(observe(value));
      assert.equal(await ping(b.path, "fd00:1::1", 1), 1);
    }
    assert.deepEqual(
      await echoes(flows, 4),
      ["pod-1 egress", "pod-1 ingress", "pod-2 egress", "pod-2 ingress"],
      "nothing while it was off",
    );
    using map = await BpfMap.openPinned(losses);
    assert.equal(map.id, lossesId);
  },
);
