// One host of a rig with the real kernel door and the real loop, driven by events that no log has seen.
import assert from "node:assert/strict";
import type { FlowStore, WeftEvent } from "@weft/log";
import { memoryFlows } from "@weft/log/testing";
import { emptyMesh, type Mesh, take as takeInto } from "@weft/model";
import { recordedAt } from "@weft/model/testing";
import { parseAddress } from "@weft/netaddr";
import { type HostFacts, sysctlsOf } from "../src/domain/desired.ts";
import type { Operation } from "../src/domain/operation.ts";
import { openDirectory } from "../src/flows/directory.ts";
import { type Recorder, startRecorder } from "../src/flows/recorder.ts";
import { openRuleBook, rememberPlan } from "../src/flows/rule-book.ts";
import type { AttachMode } from "../src/kernel/hooks.ts";
import { openKernel } from "../src/kernel/open.ts";
import type { Kernel } from "../src/kernel.ts";
import { makeReconciler, type Reconciler } from "../src/reconcile.ts";
import { startSpecialiser } from "../src/specialise.ts";
import type { MemoryObjects } from "./objects.ts";
import type { Rig } from "./rig.ts";

/** A loader without log and services. */
export interface TestHost extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly reconciler: Reconciler;
  /** Operations of all drift repairs. */
  readonly drifts: Operation[][];
  /** What it has published of packets. */
  readonly recorder: Recorder;
  /** Tells of events and waits until they are in force; throws what could not be done. */
  tell(...events: readonly WeftEvent[]): Promise<void>;
}

/** What is the same for all hosts of a test. */
export interface HostSetting {
  readonly rig: Rig;
  readonly objects: MemoryObjects;
  readonly shared: { readonly container: string; readonly uplink: string };
  readonly mode?: AttachMode;
  readonly driftMs?: number;
  /** Where its flows go; nowhere when left out. */
  readonly flows?: FlowStore;
}

/** When events were first told of: a host that starts again reads the same. */
const times = new WeakMap<WeftEvent, Date>();

/** Starts host `h<n>` of a rig on a mesh that has seen `history`. */
export async function startHost(
  n: 1 | 2,
  setting: HostSetting,
  history: readonly WeftEvent[],
): Promise<TestHost> {
  await using stack = new AsyncDisposableStack();
  const { rig, objects, shared, mode = "tcx", driftMs = 60_000 } = setting;
  const facts: HostFacts = {
    host: `h${n}`,
    uplink: "up0",
    uplinkMtu: 1500,
    underlay: parseAddress(`192.0.2.${n}`),
    underlay4: parseAddress(`192.0.2.${n}`),
    underlay6: parseAddress(`2001:db8::${n}`),
    bootedMs: () => Date.now() - Number(process.hrtime.bigint() / 1_000_000n),
  };
  const mesh: Mesh = emptyMesh();
  const take = (event: WeftEvent): void => {
    const time = times.get(event) ?? new Date();
    times.set(event, time);
    takeInto(mesh, { ...recordedAt(mesh.revision + 1, event), time });
  };
  for (const event of history) take(event);
  const kernel = stack.use(
    await openKernel({
      host: facts.host,
      netns: rig.hosts[n - 1]?.path,
      uplink: facts.uplink,
      mark: "weft id=0 mesh=test state=/test",
      mode,
      bpffs: rig.bpffs,
      spec: objects.spec,
      knownSpec: objects.known,
      sysctls: Object.keys(sysctlsOf(facts.uplink)),
    }),
  );
  const specialiser = stack.use(
    startSpecialiser({
      objects,
      basis: () => shared.container,
      settleMs: 60_000,
      onReady: () => undefined,
      onRefused: () => undefined,
    }),
  );
  const drifts: Operation[][] = [];
  const rules = openRuleBook();
  const reconciler = makeReconciler({
    mesh,
    facts,
    kernel,
    objects,
    specialiser,
    shared: () => shared,
    driftMs,
    onPlan: (wish, actual, operations) => rememberPlan(rules, wish, actual, operations),
    onPass: () => undefined,
    onDrift: (operations) => drifts.push([...operations]),
    onFault: () => undefined,
  });
  const stop = new AbortController();
  const running = reconciler.run(stop.signal);
  stack.defer(async () => {
    stop.abort();
    await running;
  });
  const { flows = memoryFlows() } = setting;
  const recorder = stack.use(
    startRecorder({
      names: { host: facts.host, mesh, rules, directory: openDirectory(mesh, facts.host) },
      open: async () => (reconciler.state() === undefined ? undefined : kernel.records()),
      publish: flows.publish,
      onFault: (error) => assert.fail(error),
    }),
  );
  const owned = stack.move();
  return {
    kernel,
    reconciler,
    drifts,
    recorder,
    async tell(...events) {
      for (const event of events) take(event);
      reconciler.poke();
      const { failures } = await reconciler.settled(mesh.revision, AbortSignal.timeout(20_000));
      for (const failure of failures.values()) throw failure;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
