import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BpfMap, type NetworkNamespace } from "@weft/ebpf";
import type { WeftEvent } from "@weft/log";
import { addressToBytes, parseAddress } from "@weft/netaddr";
import { attachedEvent, twoHosts } from "../src/domain/testing.ts";
import { type HostSetting, startHost } from "./host.ts";
import { compileShared, type MemoryObjects, memoryObjects } from "./objects.ts";
import { kernelTest, makeRig, ping, type Rig } from "./rig.ts";

const objects: MemoryObjects = memoryObjects();
let shared = { container: "", uplink: "" };

before(async () => {
  if (kernelTest.skip === undefined) shared = await compileShared(objects);
});

function settingOf(rig: Rig, more: Partial<HostSetting> = {}): HostSetting {
  return { rig, objects, shared, ...more };
}

/** Container n on a host: fd00:1::n and 10.7.0.n. */
function attach(host: string, n: number, netns: NetworkNamespace): WeftEvent {
  return attachedEvent(host, n, {
    netns: netns.path,
    ipv4: addressToBytes(parseAddress(`10.7.0.${n}`)),
  });
}

test("two containers of one host reach each other in both families", kernelTest, async () => {
  await using rig = await makeRig();
  await using host = await startHost(1, settingOf(rig), twoHosts);
  const [a, b] = [await rig.container(), await rig.container()];
  await host.tell(attach("h1", 1, a), attach("h1", 2, b));
  assert.equal(await ping(a.path, "fd00:1::2"), 3);
  assert.equal(await ping(b.path, "10.7.0.1"), 3);
});

test("containers of two hosts reach each other through the tunnel", kernelTest, async () => {
  await using rig = await makeRig();
  const [a, b] = [await rig.container(), await rig.container()];
  const both = [attach("h1", 1, a), attach("h2", 2, b)];
  await using first = await startHost(1, settingOf(rig), twoHosts);
  await using second = await startHost(2, settingOf(rig), twoHosts);
  await first.tell(...both);
  await second.tell(...both);
  assert.equal(await ping(a.path, "fd00:1::2"), 3);
  assert.equal(await ping(a.path, "10.7.0.2"), 3);
});

test("host and container reach each other", kernelTest, async () => {
  await using rig = await makeRig();
  await using host = await startHost(1, settingOf(rig), twoHosts);
  const a = await rig.container();
  await host.tell(attach("h1", 1, a));
  const [h1] = rig.hosts;
  assert.equal(await ping(h1?.path ?? "", "10.7.0.1"), 3);
  assert.equal(await ping(a.path, "192.0.2.1"), 3);
});

test("the picture that the loader keeps is what the kernel says", kernelTest, async () => {
  await using rig = await makeRig();
  await using host = await startHost(1, settingOf(rig), twoHosts);
  await host.tell(attach("h1", 1, await rig.container()), attach("h1", 2, await rig.container()));
  const { operations } = await host.reconciler.plan();
  assert.deepEqual(operations, []);
});

test("the first look at a kernel reads no map on the event loop", kernelTest, async ({ mock }) => {
  using any = BpfMap.create({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 1 });
  const maps: BpfMap = Object.getPrototypeOf(any);
  const entries = mock.method(maps, "entries");
  const lookup = mock.method(maps, "lookup");
  await using rig = await makeRig();
  const events = [...twoHosts, attach("h1", 1, await rig.container())];
  for (let start = 0; start < 2; start += 1) {
    await using host = await startHost(1, settingOf(rig), events);
    await host.tell();
    const { slots } = host.reconciler.state()?.picture.actual() ?? {};
    assert.deepEqual([...(slots?.keys() ?? [])], [1]);
  }
  assert.equal(entries.mock.callCount(), 0);
  assert.ok(lookup.mock.callCount() < 100, `${lookup.mock.callCount()} look-ups`);
});
