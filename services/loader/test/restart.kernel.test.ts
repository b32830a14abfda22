import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BpfMap, Link, Program } from "@weft/ebpf";
import type { WeftEvent } from "@weft/log";
import { sharedMaps } from "../src/domain/shared-maps.ts";
import { attachedEvent, largePolicy, twoHosts } from "../src/domain/testing.ts";
import { pinsOf } from "../src/kernel/pins.ts";
import { listen } from "./connection.ts";
import { type HostSetting, startHost } from "./host.ts";
import { compileShared, memoryObjects } from "./objects.ts";
import { flood, inside, kernelTest, makeRig, ping, type Rig } from "./rig.ts";

const objects = memoryObjects();
let shared = { container: "", uplink: "" };

before(async () => {
  if (kernelTest.skip === undefined) shared = await compileShared(objects);
});

/** Two containers, the second closed to everybody but the first. */
async function policed(rig: Rig): Promise<{ events: WeftEvent[]; a: string; b: string }> {
  const [a, b] = [await rig.container(), await rig.container()];
  const namespace = "io.kubernetes.pod.namespace";
  const allocations = [
    { identity: 257, labels: { app: "app-1", [namespace]: "shop" } },
    { identity: 258, labels: { app: "app-2", [namespace]: "shop" } },
  ];
  const events: WeftEvent[] = [
    ...twoHosts,
    { type: "IdentitiesAllocated", data: { allocations } },
    attachedEvent("h1", 1, { netns: a.path }),
    attachedEvent("h1", 2, { netns: b.path }),
    policy("app-1"),
  ];
  return { events, a: a.path, b: b.path };
}

/** Admits one app to app-2. */
function policy(from: string): WeftEvent {
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec:
  podSelector: { matchLabels: { app: app-2 } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: ${from} } } }]
`;
  const data = {
    namespace: "shop",
    name: "closed",
    kind: "NetworkPolicy",
    source,
    file: "closed.yaml",
    line: 1,
  };
  return { type: "PolicyApplied", data };
}

const setting = (rig: Rig, more: Partial<HostSetting> = {}): HostSetting => ({
  rig,
  objects,
  shared,
  ...more,
});

for (const mode of ["tcx", "clsact"] as const) {
  test(
    `a loader that starts again finds everything done and changes nothing (${mode})`,
    kernelTest,
    async () => {
      await using rig = await makeRig();
      const { events, a } = await policed(rig);
      let ids: unknown;
      {
        await using host = await startHost(1, setting(rig, { mode }), events);
        await host.tell();
        ids = (await host.kernel.reports(["c1", "c2", "@uplink"])).map(({ programId }) => programId);
      }
      assert.equal(await ping(a, "fd00:1::2"), 3, "the programs stay when the loader is gone");
      using flows = await BpfMap.openPinned(pinsOf(rig.bpffs, "h1").map("openings"));
      const tracked = [...flows.entries()].map(([key]) => Buffer.from(key).toString("hex"));
      assert.equal(tracked.length, 1, "the flow of these pings");
      const other = "0".repeat(64);
      const opened: string[] = [];
      const spec = (digest: string) => {
        opened.push(digest);
        return objects.spec(digest);
      };
      const held = async () => [other, ...(await objects.held())];
      const more = { mode, objects: { ...objects, spec, held } };
      await using host = await startHost(1, setting(rig, more), events);
      assert.deepEqual((await host.reconciler.plan()).operations, []);
      await host.tell();
      assert.ok(
        opened.length > 0 && !opened.includes(other),
        "of a thousand objects it opens those in force",
      );
      const now = (await host.kernel.reports(["c1", "c2", "@uplink"])).map(({ programId }) => programId);
      assert.deepEqual(now, ids);
      using kept = await BpfMap.openPinned(pinsOf(rig.bpffs, "h1").map("openings"));
      assert.deepEqual(
        [...kept.entries()].map(([key]) => Buffer.from(key).toString("hex")),
        tracked,
      );
    },
  );

  test(
    `a policy that is replaced under traffic loses no packet of an allowed flow (${mode})`,
    kernelTest,
    async () => {
      await using rig = await makeRig();
      const { events, a } = await policed(rig);
      await using host = await startHost(1, setting(rig, { mode }), events);
      await host.tell();
      const traffic = flood(a, "fd00:1::2");
      let before = 0;
      for (let round = 0; round < 10; round += 1) {
        await host.tell(policy("app-1"));
        const [{ programId: now = 0 } = {}] = await host.kernel.reports(["c2"]);
        assert.notEqual(now, before, "every time the revision of the rule is new, and so is the program");
        before = now;
      }
      const { sent, received } = await traffic.stop();
      assert.ok(sent > 0);
      assert.equal(received, sent);
    },
  );

  test(`a permission that is taken away ends flows that it let pass (${mode})`, kernelTest, async () => {
    await using rig = await makeRig();
    const { events, a } = await policed(rig);
    await using host = await startHost(1, setting(rig, { mode }), events);
    await host.tell();
    assert.equal(await ping(a, "fd00:1::2"), 3);
    await host.tell(policy("app-7"));
    assert.equal(await ping(a, "fd00:1::2"), 0);
    const counters = (await host.kernel.reports(["c2"]))[0]?.counters;
    assert.ok((counters?.[8] ?? 0) >= 3, "counted as drop_policy_ingress");
  });

  test(
    `a connection that began before its client had a policy goes on, though only the server speaks (${mode})`,
    kernelTest,
    async () => {
      await using rig = await makeRig();
      const { events, a, b } = await policed(rig);
      await using host = await startHost(1, setting(rig, { mode }), events.slice(0, -1));
      await host.tell();
      // app-2 is the client: its policy admits nobody new, and its egress has no policy that could vouch for the answers.
      using connection = await listen(a, b, "fd00:1::1");
      await connection.lines(3);
      await host.tell(policy("nobody"));
      await connection.lines(3);
      assert.equal(await ping(a, "fd00:1::2"), 0, "the policy is in force");
    },
  );

  test(`a container that is detached leaves nothing behind (${mode})`, kernelTest, async () => {
    await using rig = await makeRig();
    const { events } = await policed(rig);
    await using host = await startHost(1, setting(rig, { mode }), events);
    await host.tell();
    await host.tell(
      { type: "EndpointDetached", data: { host: "h1", id: "c1" } },
      { type: "EndpointDetached", data: { host: "h1", id: "c2" } },
    );
    const actual = await host.kernel.read({ devices: [], digests: [], slots: undefined });
    assert.deepEqual(
      [actual.devices.size, actual.slots.size, [...actual.programs.keys()]],
      [0, 0, ["@uplink"]],
    );
  });
}

test(
  "a policy's maps have room for that policy, and not for the largest there could be",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    const { events } = await policed(rig);
    await using host = await startHost(1, setting(rig), events);
    await host.tell();
    const [report] = await host.kernel.reports(["c2"]);
    using program = Program.fromId(report?.programId ?? 0);
    const sizes = new Map<string, number>();
    for (const id of program.info().mapIds) {
      using map = BpfMap.fromId(id);
      sizes.set(map.name, map.maxEntries);
    }
    for (const name of ["identity_classe", "port_classes", "verdicts"]) {
      const room = sizes.get(name) ?? Number.NaN;
      assert.ok(room >= 1 && room <= 16, `${name}: ${room}`);
    }
  },
);

test("the datapath has every setting and every shared map that the loader knows of", kernelTest, async () => {
  await using rig = await makeRig();
  const { events } = await policed(rig);
  await using host = await startHost(1, setting(rig), events);
  await host.tell();
  const wish = host.reconciler.state()?.wish;
  assert.ok(wish !== undefined);
  assert.deepEqual(Object.keys(wish.layouts), sharedMaps);
  for (const program of [wish.uplink, ...[...wish.endpoints.values()].map((one) => one.program)]) {
    const spec = await objects.spec(program.digest);
    const unknown = Object.keys(program.constants).filter((name) => spec?.constants.has(name) !== true);
    assert.deepEqual(unknown, [], program.owner);
  }
});

for (const mode of ["tcx", "clsact"] as const) {
  test(
    `IPv4 that comes and goes leaves the device alone and the kernel as planned (${mode})`,
    kernelTest,
    async () => {
      await using rig = await makeRig();
      const { events, a } = await policed(rig);
      await using host = await startHost(1, setting(rig, { mode }), events);
      await host.tell();
      const turn = (ipv4: Uint8Array): WeftEvent => {
        return { type: "EndpointChanged", data: { host: "h1", id: "c2", ipv4 } };
      };
      const traffic = flood(a, "fd00:1::2");
      for (const last of [11, 12]) {
        await host.tell(turn(new Uint8Array([10, 7, 0, last])));
        assert.deepEqual((await host.reconciler.plan()).operations, []);
        await host.tell(turn(new Uint8Array()));
        assert.deepEqual((await host.reconciler.plan()).operations, []);
      }
      const { sent, received } = await traffic.stop();
      assert.ok(sent > 0);
      assert.equal(received, sent);
    },
  );
}

test(
  "a container that gets a policy that is too large is closed, and the others are not",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    const [a, b, c] = [await rig.container(), await rig.container(), await rig.container()];
    const attached = [a, b, c].map(({ path }, n) => attachedEvent("h1", n + 1, { netns: path }));
    await using host = await startHost(1, setting(rig), [...twoHosts, ...attached]);
    await host.tell();
    assert.equal(await ping(a.path, "fd00:1::2"), 3);
    await assert.rejects(host.tell(largePolicy("app-2", 5000)), /c2 need 5000 address prefixes/);
    assert.equal(await ping(a.path, "fd00:1::2"), 0);
    assert.equal(await ping(a.path, "fd00:1::3"), 3);
    await host.tell({ type: "PolicyRemoved", data: { namespace: "shop", name: "large" } });
    assert.equal(await ping(a.path, "fd00:1::2"), 3);
  },
);

test("what somebody else changes in the kernel is noticed and repaired", kernelTest, async () => {
  await using rig = await makeRig();
  const { events, a } = await policed(rig);
  await using host = await startHost(1, setting(rig, { driftMs: 50 }), events);
  await host.tell();
  const pins = pinsOf(rig.bpffs, "h1");
  using peers = await BpfMap.openPinned(pins.map("peers"));
  for (const [key] of peers.entries()) peers.delete(key.slice());
  await using link = await Link.openPinned(pins.hook("c2", "to_container"));
  await link.detach();
  const deadline = AbortSignal.timeout(10_000);
  while ((await host.reconciler.plan()).operations.length > 0 || host.drifts.length === 0)
    deadline.throwIfAborted();
  const repaired = new Set(host.drifts.flat().map(({ kind }) => kind));
  assert.ok(repaired.has("map_put") && repaired.has("link_attach"), [...repaired].join());
  assert.equal(await ping(a, "fd00:1::2"), 3);
});

test(
  "a container that takes its device down and up again has its addresses and its ways out",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    const { path: netns } = await rig.container();
    const attached = attachedEvent("h1", 1, { netns, ipv4: Uint8Array.of(10, 7, 1, 1) });
    await using host = await startHost(1, setting(rig, { driftMs: 50 }), [...twoHosts, attached]);
    await host.tell();
    const ways = () =>
      inside(netns, ["sh", "-c", "ip -4 route; ip -6 route; ip -6 address show scope global"]);
    const before = await ways();
    assert.match(before, /169\.254\.1\.1[\s\S]*fe80::1[\s\S]*fd00:1::1/);
    await inside(netns, ["sh", "-c", "ip link set eth0 down; ip link set eth0 up"]);
    const deadline = AbortSignal.timeout(10_000);
    while ((await ways()) !== before) deadline.throwIfAborted();
  },
);

test(
  "a container whose namespace has gone does not keep the others from their policy",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    const { events, a } = await policed(rig);
    await using host = await startHost(1, setting(rig, { driftMs: 50 }), events);
    await using doomed = await rig.container();
    await host.tell(attachedEvent("h1", 3, { netns: doomed.path }));
    await doomed.delete();
    const deadline = AbortSignal.timeout(10_000);
    while (host.reconciler.state()?.picture.actual().gone.size !== 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      deadline.throwIfAborted();
    }
    await host.tell(policy("app-1"));
    assert.equal(host.reconciler.progress().failures.size, 0);
    assert.equal(await ping(a, "fd00:1::2"), 3);
  },
);
