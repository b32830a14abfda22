import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { outcome } from "@weft/datapath";
import { type Flow, readFlows, type WeftEvent } from "@weft/log";
import { memoryFlows } from "@weft/log/testing";
import { attachedEvent, twoHosts } from "../src/domain/testing.ts";
import { type HostSetting, startHost } from "./host.ts";
import { compileShared, memoryObjects } from "./objects.ts";
import { inside, kernelTest, makeRig, ping, type Rig } from "./rig.ts";

const objects = memoryObjects();
let shared = { container: "", uplink: "" };

before(async () => {
  if (kernelTest.skip === undefined) shared = await compileShared(objects);
});

/** Policy shop/closed: admits these apps to app-2, each by a rule of its own. */
function policy(...apps: readonly string[]): WeftEvent {
  const rules = apps.map((app) => `    - from: [{ podSelector: { matchLabels: { app: ${app} } } }]\n`);
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec:
  podSelector: { matchLabels: { app: app-2 } }
  policyTypes: [Ingress]
  ingress:
${rules.join("")}`;
  const named = { namespace: "shop", name: "closed", kind: "NetworkPolicy" };
  return { type: "PolicyApplied", data: { ...named, source, file: "closed.yaml", line: 1 } };
}

/** Containers of app-1, app-2 and app-0; the second is closed to all but the first, by its second rule. */
async function scene() {
  await using stack = new AsyncDisposableStack();
  const rig: Rig = stack.use(await makeRig());
  const namespace = "io.kubernetes.pod.namespace";
  const allocations = [0, 1, 2].map((n) => ({
    identity: 256 + n,
    labels: { app: `app-${n}`, [namespace]: "shop" },
  }));
  const containers = [await rig.container(), await rig.container(), await rig.container()];
  const [friend = "", , stranger = ""] = containers.map(({ path }) => path);
  const events: WeftEvent[] = [
    ...twoHosts,
    { type: "IdentitiesAllocated", data: { allocations } },
    ...containers.map(({ path }, n) => attachedEvent("h1", n + 1, { netns: path })),
    policy("nobody", "app-1"),
  ];
  const flows = memoryFlows();
  const setting: HostSetting = { rig, objects, shared, flows };
  const owned = stack.move();
  return {
    friend,
    stranger,
    flows,
    events,
    start: () => startHost(1, setting, events),
    /** Recorded flows, as soon as they are as wanted. */
    async recorded(wanted: (flows: readonly Flow[]) => boolean): Promise<Flow[]> {
      const deadline = AbortSignal.timeout(20_000);
      for (;;) {
        const found = await Array.fromAsync(readFlows({ flows }));
        if (wanted(found)) return found;
        deadline.throwIfAborted();
        await delay(20);
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** So many packets to the second container, as fast as they go. */
async function burst(netns: string, count: number): Promise<void> {
  await inside(netns, ["ping", "-q", "-l", `${count}`, "-c", `${count}`, "-W", "1", "fd00:1::2"]);
}

const echoes = (flow: Flow) => flow.protocol === 58 && flow.icmp?.type === 128;
const packets = (flows: readonly Flow[]) => flows.reduce((sum, { count }) => sum + count, 0);
const dropped = (flows: readonly Flow[]) => flows.filter(({ reason }) => reason === "drop_policy_ingress");

test(
  "a dropped packet is a flow with both names and no rule, and one let pass has its rule",
  kernelTest,
  async () => {
    await using mesh = await scene();
    await using host = await mesh.start();
    await host.tell();
    const beforeMs = Date.now();
    assert.equal(await ping(mesh.friend, "fd00:1::2", 1), 1);
    assert.equal(await ping(mesh.stranger, "fd00:1::2", 2), 0);
    const flows = await mesh.recorded((all) => packets(dropped(all)) === 2 && all.filter(echoes).length >= 2);
    const [drop] = dropped(flows);
    assert.ok(drop !== undefined && drop.icmp?.type === 128);
    assert.deepEqual(
      [drop.verdict, drop.direction, drop.rule, drop.ruleNumber, drop.revision, drop.host],
      ["DROPPED", "ingress", undefined, 0, mesh.events.length, "h1"],
    );
    const { source, destination } = drop;
    assert.deepEqual(
      [source.namespace, source.name, source.identity, source.labels, source.host, source.endpoint],
      ["shop", "pod-3", 256, { app: "app-0" }, "h1", "c3"],
    );
    assert.deepEqual([destination.name, destination.identity], ["pod-2", 258]);
    assert.ok(drop.firstMs >= beforeMs - 20 && drop.lastMs <= Date.now(), `${drop.firstMs}`);
    const pass = flows.filter(echoes).find(({ verdict }) => verdict === "FORWARDED");
    assert.deepEqual(pass?.source.name, "pod-1");
    assert.deepEqual(pass?.rule, {
      ...{ kind: "NetworkPolicy", tier: "NetworkPolicy", namespace: "shop", policy: "closed", name: "" },
      ...{ direction: "ingress", list: "ingress", index: 1, revision: mesh.events.length },
    });
  },
);

test(
  "a flow has the rule of the policy that judged it, also when another one is in force by now",
  kernelTest,
  async () => {
    await using mesh = await scene();
    await using host = await mesh.start();
    await host.tell();
    assert.equal(await ping(mesh.friend, "fd00:1::2", 1), 1);
    await host.tell(policy("app-0"));
    assert.ok((await ping(mesh.stranger, "fd00:1::2", 3)) > 0);
    const flows = await mesh.recorded(
      (all) => all.filter(echoes).filter(({ verdict }) => verdict === "FORWARDED").length === 2,
    );
    const passed = flows.filter(echoes).filter(({ verdict }) => verdict === "FORWARDED");
    const revision = mesh.events.length;
    assert.deepEqual(
      passed.map((flow) => [flow.source.name, flow.revision, flow.rule?.index, flow.rule?.revision]),
      [
        ["pod-1", revision, 1, revision],
        ["pod-3", revision + 1, 0, revision + 1],
      ],
    );
  },
);

test(
  "of a flood every packet is recorded or counted as lost, and it costs few flows",
  kernelTest,
  async () => {
    await using mesh = await scene();
    await using host = await mesh.start();
    await host.tell();
    await burst(mesh.stranger, 20_000);
    // Every drop of every container counts: their kernels speak of neighbours now and then. Multicast is on record with
    // observe=all alone.
    const counted = async () => {
      const reports = await host.kernel.reports(["c1", "c2", "c3", "@uplink"]);
      const counters = new Map(reports.map((report) => [report.owner, report.counters]));
      const drops = [...counters.values()].flatMap((each) => each.with(outcome.dropMulticast, 0).slice(2));
      return drops.reduce((sum, count) => sum + count, 0);
    };
    const lost = () => host.recorder.totals().lost.drops;
    const deadline = AbortSignal.timeout(20_000);
    let flows: Flow[] = [];
    for (let drops = -1; packets(flows) + lost() !== drops; ) {
      deadline.throwIfAborted();
      await delay(20);
      drops = await counted();
      flows = (await Array.fromAsync(readFlows({ flows: mesh.flows }))).filter(
        ({ verdict }) => verdict === "DROPPED",
      );
    }
    assert.ok(lost() > 10_000, `${lost()} of them lost`);
    assert.ok(packets(flows) > 300 && flows.length < 200, `${flows.length} flows`);
  },
);

test(
  "what happens while no loader is there is recorded by the next one, and losses are told once",
  kernelTest,
  async () => {
    await using mesh = await scene();
    {
      await using host = await mesh.start();
      await host.tell();
      await burst(mesh.stranger, 5_000);
      await mesh.recorded(() => host.recorder.totals().lost.drops > 0);
    }
    const before = packets(dropped(await mesh.recorded(() => true)));
    assert.equal(await ping(mesh.stranger, "fd00:1::2", 3), 0);
    assert.equal(await ping(mesh.friend, "fd00:1::2", 1), 1);
    await using host = await mesh.start();
    await host.tell();
    const flows = await mesh.recorded(
      (all) => packets(dropped(all)) === before + 3 && all.some((flow) => flow.rule !== undefined),
    );
    assert.equal(flows.at(-1)?.source.namespace, "shop");
    assert.equal(host.recorder.totals().lost.drops, 0);
  },
);
