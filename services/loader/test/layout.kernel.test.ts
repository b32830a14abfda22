import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { BpfMap, Program } from "@weft/ebpf";
import type { WeftEvent } from "@weft/log";
import { sharedMaps } from "../src/domain/shared-maps.ts";
import { attachedEvent, twoHosts } from "../src/domain/testing.ts";
import { pinsOf } from "../src/kernel/pins.ts";
import { listen } from "./connection.ts";
import { startHost, type TestHost } from "./host.ts";
import { compileEdited, compileShared, type Edit, memoryObjects } from "./objects.ts";
import { flood, kernelTest, makeRig, type Rig } from "./rig.ts";

const objects = memoryObjects();
let now = { container: "", uplink: "" };
let older = { container: "", uplink: "" };

/** Every kind of map has another layout: fewer entries, other sizes, another order of fields. */
const edits: Edit[] = [
  ["pipeline/finish.h", "max_entries, WEFT_OUTCOME_COUNT", "max_entries, WEFT_OUTCOME_COUNT - 1"],
  ["track/table.h", "max_entries, 65536", "max_entries, 16384"],
  ["deliver/slot.h", "max_entries, 65536", "max_entries, 1024"],
  ["route/peer.h", "max_entries, 65536", "max_entries, 1024"],
  ["record/record.h", "1 << 20", "1 << 16"],
  ["abi/flow.h", "__u32 responder_identity;", "__u16 egress_rule;\n\t__u16 ingress_rule;"],
  [
    "abi/flow.h",
    "__u16 egress_rule;\n\t__u16 ingress_rule;\n\t__u8 flags",
    "__u32 responder_identity;\n\t__u8 flags",
  ],
];

before(async () => {
  if (kernelTest.skip !== undefined) return;
  now = await compileShared(objects);
  older = await compileEdited(objects, edits);
});

const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec:
  podSelector: { matchLabels: { app: app-2 } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: app-1 } } }], ports: [{ port: 7000 }] }]
`;

const allowed = { namespace: "shop", name: "closed", kind: "NetworkPolicy", source, file: "a.yaml", line: 1 };

/** Two containers, of which the second takes connections on one port alone; a third that is open. */
async function policed(rig: Rig): Promise<{ events: WeftEvent[]; netns: string[] }> {
  const containers = [await rig.container(), await rig.container(), await rig.container()];
  const netns = containers.map(({ path }) => path);
  const namespace = "io.kubernetes.pod.namespace";
  const allocations = [257, 258].map((identity, n) => ({
    identity,
    labels: { app: `app-${n + 1}`, [namespace]: "shop" },
  }));
  const attached = netns.map((path, n) => attachedEvent("h1", n + 1, { netns: path }));
  const events: WeftEvent[] = [
    ...twoHosts,
    { type: "IdentitiesAllocated", data: { allocations } },
    ...attached,
    { type: "PolicyApplied", data: allowed },
  ];
  return { events, netns };
}

async function counted(host: TestHost): Promise<number> {
  const reports = await host.kernel.reports(["c1", "c2", "c3"]);
  return reports.reduce((sum, { counters }) => sum + counters.reduce((all, one) => all + one, 0), 0);
}

/** The flows on record, by their two ends. */
async function flowsOf(rig: Rig): Promise<string[]> {
  const keys: string[] = [];
  for (const name of ["flows", "openings"]) {
    using map = await BpfMap.openPinned(pinsOf(rig.bpffs, "h1").map(name));
    keys.push(...[...map.entries()].map(([key]) => Buffer.from(key).toString("hex")));
  }
  return keys.sort();
}

/** Pins of shared maps; and maps that programs in force have and that are none of these. */
async function shared(rig: Rig, host: TestHost): Promise<{ pins: string[]; strangers: string[] }> {
  const { root } = pinsOf(rig.bpffs, "h1");
  const pins = (await readdir(join(root, "maps"))).sort();
  const ids = new Map<string, number>();
  for (const name of pins) {
    using map = await BpfMap.openPinned(join(root, "maps", name));
    ids.set(name, map.id);
  }
  const strangers: string[] = [];
  for (const { programId } of await host.kernel.reports(["c1", "c2", "c3", "@uplink"])) {
    using program = Program.fromId(programId);
    for (const id of program.info().mapIds) {
      using map = BpfMap.fromId(id);
      if (ids.has(map.name) && ids.get(map.name) !== id) strangers.push(map.name);
    }
  }
  return { pins, strangers };
}

const names = [...sharedMaps].sort();

for (const mode of ["tcx", "clsact"] as const) {
  test(
    `a datapath whose maps have other layouts takes over what they hold (${mode})`,
    kernelTest,
    async () => {
      await using rig = await makeRig();
      const { events, netns } = await policed(rig);
      const [a = "", b = "", c = ""] = netns;
      const digests = { ...older };
      const setting = { rig, objects, mode, shared: digests };
      let seen = 0;
      let flows: string[] = [];
      let traffic: ReturnType<typeof flood>;
      await using stack = new AsyncDisposableStack();
      {
        await using host = await startHost(1, setting, events);
        await host.tell();
        const connection = stack.use(await listen(b, a, "fd00:1::2", { server: 7000, client: 6000 }));
        await connection.lines(3);
        traffic = flood(a, "fd00:1::3");
        seen = await counted(host);
        flows = await flowsOf(rig);
        stack.defer(() => connection.lines(3));
      }
      // And a map that no datapath has any more.
      using obsolete = BpfMap.create({
        name: "obsolete",
        type: "hash",
        keySize: 4,
        valueSize: 4,
        maxEntries: 1,
      });
      await obsolete.pin(pinsOf(rig.bpffs, "h1").map("obsolete"));
      Object.assign(digests, now);
      await using host = await startHost(1, setting, events);
      await host.tell();
      assert.deepEqual(await shared(rig, host), { pins: names, strangers: [] });
      assert.ok(flows.length > 0);
      assert.deepEqual(await flowsOf(rig), flows);
      const after = await counted(host);
      assert.ok(seen > 0 && after >= seen, `${seen} and then ${after}`);
      // And back, while the loader runs: the objects change under it.
      Object.assign(digests, older);
      await host.tell({ type: "PolicyApplied", data: allowed });
      assert.deepEqual(await shared(rig, host), { pins: names, strangers: [] });
      assert.ok((await counted(host)) >= after);
      const { sent, received } = await traffic.stop();
      assert.ok(sent > 0);
      assert.equal(received, sent, `from ${a} to ${c}`);
      await stack.disposeAsync();
    },
  );
}
