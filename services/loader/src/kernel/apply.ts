// Operations into system calls.

import { mkdir } from "node:fs/promises";
import {
  type BpfMap,
  type Device,
  expediteGracePeriods,
  type ObjectSpec,
  Program,
  writeSysctl,
} from "@weft/ebpf";
import { toWeftError, WeftError } from "@weft/netaddr";
import { fromHex } from "../domain/bytes.ts";
import { describe } from "../domain/describe.ts";
import type { Outcome } from "../domain/effect.ts";
import type { LoadWish, Operation, Pair } from "../domain/operation.ts";
import { ownMaps, sharedMaps } from "../domain/shared-maps.ts";
import type { Applied, Failure } from "../kernel.ts";
import { layoutOf } from "../layout.ts";
import { carryOver } from "./carry.ts";
import {
  configureDevice,
  createDevice,
  readdressDevice,
  removeDevice,
  resizeDevice,
  upDevice,
} from "./device.ts";
import { attachHook, detachHooks, type HookPlace, pinnedMap, programIdAt, updateHook } from "./hooks.ts";
import { holdHost } from "./mark.ts";
import { type Pins, unpinOwner } from "./pins.ts";
import { loadProgram, printOf, readyObject, writeData } from "./programs.ts";
import { pinInPlace, type SharedMaps } from "./shared.ts";
import type { Kept, Spares } from "./spares.ts";
import { type Chain, stagesOf, takeNotes } from "./stages.ts";

/** What operations work on. */
export interface Workshop {
  readonly place: HookPlace;
  /** The object of a digest; throws when it is not on this host. */
  spec(digest: string): Promise<ObjectSpec>;
  readonly shared: SharedMaps;
  /** Programs that were in force before. */
  readonly spares: Spares;
  /** Interface indices by name, the uplink's and those that were made. */
  device(name: string): Promise<Device | undefined>;
}

type Loaded = Map<string, Kept>;

/** Does operations, those of one owner in order; see `Kernel.apply`. */
export async function applyOperations(
  shop: Workshop,
  operations: readonly Operation[],
  done: (operation: Operation, outcome: Outcome) => void,
  signal?: AbortSignal,
): Promise<Applied> {
  const loaded: Loaded = new Map();
  const failures: Failure[] = [];
  const notes = takeNotes();
  const attempt = async (operation: Operation): Promise<boolean> => {
    const startMs = Date.now();
    try {
      done(operation, await doOne(shop, operation, loaded));
      return true;
    } catch (thrown) {
      failures.push({ operation, error: failureOf(operation, thrown) });
      return false;
    } finally {
      notes.add(operation, startMs, Date.now());
    }
  };
  const failed = new Set<string>();
  const follow = async ({ owner, groups }: Chain): Promise<void> => {
    for (const group of groups) {
      if (failed.has(owner)) return;
      signal?.throwIfAborted();
      if ((await Promise.all(group.map(attempt))).includes(false)) failed.add(owner);
    }
  };
  const { rcu, netns, mark } = shop.place;
  if (operations.length > 0) await holdHost(netns, mark);
  const waits = operations.some(({ kind }) => kind === "link_attach" || kind === "owner_remove");
  const hurry = waits && rcu === "expedited" ? await expediteGracePeriods() : undefined;
  try {
    for (const stage of stagesOf(operations)) {
      await sideBySide(stage, follow);
      notes.next();
      if (failed.has("")) break;
    }
  } finally {
    settle(shop, loaded, failed, signal);
    await hurry?.[Symbol.asyncDispose]();
  }
  await shop.shared.dropReplaced(shop.place);
  return { failures, writes: notes.writes() };
}

/** What was loaded is in force where all went well; elsewhere nobody knows. */
function settle(
  { spares }: Workshop,
  loaded: Loaded,
  failed: ReadonlySet<string>,
  signal?: AbortSignal,
): void {
  const well = (owner: string): boolean => !failed.has("") && !failed.has(owner) && signal?.aborted !== true;
  for (const [owner, kept] of loaded) {
    if (well(owner)) {
      spares.nowInForce(owner, kept);
    } else {
      kept.object.close();
      spares.forget(owner);
    }
  }
}

/** Containers that are worked on at once: each holds file descriptors, and the kernel has one network lock. */
const atOnce = 16;

/** All of them, so many at a time; every one has ended when this returns or throws. */
async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lanes = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const item of waiting) await work(item);
  });
  const ends = await Promise.allSettled(lanes);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

function failureOf(operation: Operation, thrown: unknown): WeftError {
  const { code, message } = toWeftError(thrown);
  return new WeftError(code, `${describe(operation)}: ${message}`, { cause: thrown });
}

async function doOne(shop: Workshop, operation: Operation, loaded: Loaded): Promise<Outcome> {
  const { place } = shop;
  switch (operation.kind) {
    case "sysctl_set":
      await writeSysctl(operation.name, operation.value, netnsOf(place));
      return {};
    case "maps_create":
      await shop.shared.create(await shop.spec(operation.digest), Object.keys(operation.layouts));
      return {};
    case "map_put":
      await sharedMap(shop, operation.map).updateBatch(bytesOf(operation.entries));
      return {};
    case "map_remove":
      await sharedMap(shop, operation.map).deleteBatch(operation.keys.map(fromHex));
      return {};
    case "device_create":
      return { ifindex: await createDevice(place, operation.device) };
    case "device_configure":
      await configureDevice(place.netns, operation.device);
      return {};
    case "device_readdress":
      await readdressDevice(operation.device);
      return {};
    case "device_resize":
      await resizeDevice(place.netns, operation.device);
      return {};
    case "device_up":
      await upDevice(place.netns, operation.device, operation.stale);
      return {};
    case "device_remove":
      await removeDevice(place, operation.name);
      return {};
    case "program_load":
      return { programIds: await load(shop, operation.program, loaded) };
    case "map_fill":
      await fill(keptOf(loaded, operation.owner), operation.map, operation.entries);
      return {};
    case "link_attach":
      await attachHook(
        place,
        operation.owner,
        operation.hook,
        programOf(loaded, operation.owner, operation.hook.hook),
      );
      return {};
    case "link_update":
      await updateHook(
        place,
        operation.owner,
        operation.hook,
        programOf(loaded, operation.owner, operation.hook.hook),
      );
      return {};
    case "slot_set":
      await setSlot(shop, operation.slot, operation.owner, loaded);
      return {};
    case "slot_clear":
      sharedMap(shop, "containers").delete(slotKey(operation.slot));
      return {};
    case "owner_remove":
      shop.spares.forget(operation.owner);
      await detachHooks(place, operation.owner);
      await unpinOwner(place.pins, operation.owner);
      return {};
  }
}

function netnsOf(place: HookPlace): { netns?: string } {
  return place.netns === undefined ? {} : { netns: place.netns };
}

function bytesOf(entries: readonly Pair[]): (readonly [Uint8Array, Uint8Array])[] {
  return entries.map(([key, value]) => [fromHex(key), fromHex(value)] as const);
}

/** The key of a slot in the program array. */
export function slotKey(slot: number): Uint8Array {
  return new Uint8Array(new Uint32Array([slot]).buffer);
}

function sharedMap(shop: Workshop, name: string): BpfMap {
  const map = shop.shared.maps.get(name);
  if (map === undefined) throw new WeftError("FAILED_PRECONDITION", `there is no shared map ${name}`);
  return map;
}

function keptOf(loaded: Loaded, owner: string): Kept {
  const kept = loaded.get(owner);
  if (kept === undefined) throw new WeftError("FAILED_PRECONDITION", `nothing was loaded for ${owner}`);
  return kept;
}

function programOf(loaded: Loaded, owner: string, hook: string): Program {
  return keptOf(loaded, owner).object.program(hook);
}

async function fill({ object, filled }: Kept, map: string, pairs: readonly Pair[]): Promise<void> {
  const entries = bytesOf(pairs);
  filled.set(
    map,
    entries.map(([key]) => key),
  );
  await object.map(map).updateBatch(entries);
}

async function load(shop: Workshop, wish: LoadWish, loaded: Loaded): Promise<Record<string, number>> {
  const { pins } = shop.place;
  const spec = await shop.spec(wish.digest);
  const devices = new Map<string, Device>();
  for (const name of new Set(Object.values(wish.ifindexes))) {
    const device = await shop.device(name);
    if (device !== undefined) devices.set(name, device);
  }
  await mkdir(pins.owner(wish.owner), { recursive: true, mode: 0o700 });
  const kept = await lastingMaps(pins, wish.owner, spec);
  const shared = sharedMaps.flatMap((name) => {
    const map = shop.shared.maps.get(name);
    return map === undefined ? [] : [[name, map] as const];
  });
  const reuse = Object.fromEntries([...shared, ...kept]);
  try {
    const ready = readyObject(spec, wish, devices);
    const spare = await shop.spares.take(wish.owner, printOf(ready, wish, reuse), wish.sizes);
    if (spare !== undefined) writeData(spare.object, ready);
    const object = spare?.object ?? (await loadProgram(ready, wish, reuse));
    const own = spare ?? { object, print: "", filled: new Map() };
    loaded.get(wish.owner)?.object.close();
    loaded.set(wish.owner, own);
    for (const name of ownMaps) {
      const fresh = kept.has(name) ? undefined : object.maps.get(name);
      if (fresh === undefined) continue;
      reuse[name] = fresh;
      await replaceLasting(pins.ownMap(wish.owner, name), fresh);
    }
    loaded.set(wish.owner, { ...own, print: printOf(ready, wish, reuse) });
    return Object.fromEntries([...object.programs].map(([name, program]) => [name, program.id]));
  } finally {
    for (const map of kept.values()) map.close();
  }
}

/** Maps of an owner that its next programs go on with, unless these count other things. */
async function lastingMaps(pins: Pins, owner: string, spec: ObjectSpec): Promise<Map<string, BpfMap>> {
  const kept = new Map<string, BpfMap>();
  for (const name of ownMaps) {
    const map = await pinnedMap(pins.ownMap(owner, name));
    if (map === undefined) continue;
    const declared = spec.maps.get(name);
    if (declared !== undefined && layoutOf(map) === layoutOf(declared)) kept.set(name, map);
    else map.close();
  }
  return kept;
}

/** The programs that count in it are not in force yet; what those before them count until then is lost. */
async function replaceLasting(path: string, fresh: BpfMap): Promise<void> {
  using before = await pinnedMap(path);
  if (before !== undefined) await carryOver(before, fresh);
  await pinInPlace(fresh, path);
}

async function setSlot(shop: Workshop, slot: number, owner: string, loaded: Loaded): Promise<void> {
  const containers = sharedMap(shop, "containers");
  const fresh = loaded.get(owner)?.object.program("to_container");
  if (fresh !== undefined) return containers.update(slotKey(slot), fresh);
  using program = Program.fromId(await programIdAt(shop.place, owner, "to_container"));
  containers.update(slotKey(slot), program);
}
