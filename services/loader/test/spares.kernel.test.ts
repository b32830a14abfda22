import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BpfMap, Program } from "@weft/ebpf";
import type { WeftEvent } from "@weft/log";
import { attachedEvent, largePolicy, twoHosts } from "../src/domain/testing.ts";
import { startHost, type TestHost } from "./host.ts";
import { compileShared, memoryObjects } from "./objects.ts";
import { kernelTest, makeRig, type Rig } from "./rig.ts";

const objects = memoryObjects();
let shared = { container: "", uplink: "" };

before(async () => {
  if (kernelTest.skip === undefined) shared = await compileShared(objects);
});

const apps = Array.from({ length: 40 }, (_, n) => `app-${n + 1}`);

/** Admits these apps to app-2. */
function policy(...from: readonly string[]): WeftEvent {
  const rules = from.map((app) => `    - { from: [{ podSelector: { matchLabels: { app: ${app} } } }] }`);
  const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec:
  podSelector: { matchLabels: { app: app-2 } }
  policyTypes: [Ingress]
  ingress:
${rules.join("\n")}
`;
  const where = { namespace: "shop", name: "closed", kind: "NetworkPolicy" };
  return { type: "PolicyApplied", data: { ...where, source, file: "closed.yaml", line: 1 } };
}

const removed = (name: string): WeftEvent => ({
  type: "PolicyRemoved",
  data: { namespace: "shop", name, kind: "NetworkPolicy" },
});

async function policed(rig: Rig): Promise<WeftEvent[]> {
  const { path } = await rig.container();
  const allocations = apps.map((app, n) => {
    return { identity: 257 + n, labels: { app, "io.kubernetes.pod.namespace": "shop" } };
  });
  const allocated: WeftEvent = { type: "IdentitiesAllocated", data: { allocations } };
  return [...twoHosts, allocated, attachedEvent("h1", 2, { netns: path }), policy("app-1")];
}

/** Programs in force, and the revision that they decide at, as the kernel has them. */
async function inForce(host: TestHost): Promise<{ ids: string; revision: bigint }> {
  const reports = await host.kernel.reports(["c2"]);
  const revisions = reports.map(({ programId }) => {
    using program = Program.fromId(programId);
    for (const id of program.info().mapIds) {
      using map = BpfMap.fromId(id);
      const bytes = map.name === ".data.policy" ? map.lookup(new Uint8Array(4)) : undefined;
      if (bytes !== undefined) return Buffer.from(bytes).readBigUInt64LE(0);
    }
    return -1n;
  });
  const [revision = -1n] = revisions;
  assert.deepEqual(revisions, [revision, revision], "both programs decide at one revision");
  return { ids: reports.map(({ programId }) => programId).join(), revision };
}

test(
  "a policy that changes again and again is put into the programs before, and verified no more",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    await using host = await startHost(1, { rig, objects, shared }, await policed(rig));
    await host.tell();
    const seen: { ids: string; revision: bigint }[] = [];
    for (let round = 0; round < 6; round += 1) {
      await host.tell(policy(round % 2 === 0 ? "app-1" : "app-3"));
      seen.push(await inForce(host));
      assert.deepEqual((await host.reconciler.plan()).operations, []);
    }
    assert.equal(new Set(seen.map(({ ids }) => ids)).size, 2, "two pairs of programs take turns");
    for (const [n, { ids, revision }] of seen.entries()) {
      assert.notEqual(ids, seen[n - 1]?.ids);
      assert.ok(revision > (seen[n - 1]?.revision ?? 0n), "each at the revision of its policy");
    }
  },
);

test(
  "whatever policies follow one another, the kernel holds the last one and nothing of those before",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    await using host = await startHost(1, { rig, objects, shared }, await policed(rig));
    await host.tell();
    const steps: readonly WeftEvent[] = [
      policy("app-3", "app-4"),
      policy("app-5"),
      policy(...apps), // More than its maps have room for.
      policy("app-3"),
      policy(...apps.slice(0, 30)),
      policy(),
      largePolicy("app-2", 3), // Addresses: another feature.
      largePolicy("app-2", 20),
      largePolicy("app-2", 2),
      removed("large"),
      policy("app-7"),
      policy("app-8", "app-9"),
      removed("closed"), // Not enforced at all, and again.
      policy("app-1"),
      policy("app-2"),
    ];
    for (const [n, step] of steps.entries()) {
      await host.tell(step);
      // Everything is read from the kernel for this.
      assert.deepEqual((await host.reconciler.plan()).operations, [], `after step ${n}`);
    }
    assert.deepEqual(host.drifts, []);
  },
);
