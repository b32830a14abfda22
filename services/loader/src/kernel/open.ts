// The real kernel behind the door.
import {
  type BpfMap,
  EbpfError,
  isBpffs,
  link,
  mountBpffs,
  type ObjectSpec,
  Program,
  readSysctl,
  restoreGracePeriods,
} from "@weft/ebpf";
import { WeftError } from "@weft/netaddr";
import type { Actual, ProgramState } from "../domain/actual.ts";
import { fromLittle, toHex } from "../domain/bytes.ts";
import { sharedMaps } from "../domain/shared-maps.ts";
import type { Kernel, ProgramReport, ReadScope } from "../kernel.ts";
import { layoutOf } from "../layout.ts";
import { applyOperations, slotKey, type Workshop } from "./apply.ts";
import { readDevices } from "./device.ts";
import { type AttachMode, type HookPlace, ifMissing, pinnedMap, type RcuMode, readHooks } from "./hooks.ts";
import { holdHost } from "./mark.ts";
import { type Pins, pinnedOwners, pinsOf, preparePins } from "./pins.ts";
import { privateMapsOf, readEntries, readPrograms } from "./programs.ts";
import { openRecords } from "./records.ts";
import { openShared } from "./shared.ts";
import { Spares } from "./spares.ts";

/** Which host's kernel, and where its things are kept. */
interface KernelOptions {
  readonly host: string;
  /** Network namespace of the host; undefined: the process's own. */
  readonly netns: string | undefined;
  readonly uplink: string;
  /** What this mesh marks as its own: the text of a HostMark. */
  readonly mark: string;
  readonly mode: AttachMode;
  readonly rcu?: RcuMode;
  /** Directory of a bpffs, mounted when it is none. */
  readonly bpffs: string;
  /** The object of a digest, or undefined when this host does not have it. */
  readonly spec: (digest: string) => Promise<ObjectSpec | undefined>;
  /** The same for objects that have been opened before. */
  readonly knownSpec: (digest: string) => ObjectSpec | undefined;
  /** Sysctls to read, as "net/ipv4/ip_forward". */
  readonly sysctls: readonly string[];
}

/** Opens the door to a host's kernel. */
export async function openKernel(options: KernelOptions): Promise<Kernel> {
  const pins = pinsOf(options.bpffs, options.host);
  await holdHost(options.netns, options.mark);
  await restoreGracePeriods();
  if (!(await isBpffs(options.bpffs).catch(() => false))) await mountBpffs(options.bpffs);
  await preparePins(pins);
  const { mode, netns, uplink, mark, rcu = "normal" } = options;
  const place: HookPlace = { mode, netns, uplink, mark, rcu, pins };
  const shared = await openShared(pins, sharedMaps);
  const spares = new Spares();
  const shop: Workshop = {
    place,
    shared,
    spares,
    spec: async (digest) => {
      const spec = await options.spec(digest);
      if (spec === undefined) throw new WeftError("NOT_FOUND", `object ${digest} is not on this host`);
      return spec;
    },
    device: (name) => link({ ifname: name, ...inNetns(options.netns) }),
  };
  const close = async (): Promise<void> => {
    spares[Symbol.dispose]();
    shared[Symbol.dispose]();
  };
  return {
    read: (scope) => read(options, shop, scope),
    apply: (operations, done, signal) => applyOperations(shop, operations, done, signal),
    privateMaps: (program) => {
      const spec = options.knownSpec(program.digest);
      return spec === undefined ? [] : privateMapsOf(spec);
    },
    async forgetFlows() {
      for (const name of ["flows", "openings"]) {
        const map = shared.maps.get(name);
        if (map !== undefined) await map.deleteBatch([...(await map.readEntries())].map(([key]) => key));
      }
    },
    reports: (owners) => reports(place, owners),
    records: () => openRecords(pins, shared.recordsOver()),
    [Symbol.asyncDispose]: close,
  };
}

function inNetns(netns: string | undefined): { netns?: string } {
  return netns === undefined ? {} : { netns };
}

async function read(options: KernelOptions, shop: Workshop, scope: ReadScope): Promise<Actual> {
  const { netns, mark } = options;
  await holdHost(netns, mark);
  const uplink = await link({ ifname: options.uplink, ...inNetns(netns) });
  const sysctls: Record<string, string> = {};
  for (const name of options.sysctls) {
    const value = await readSysctl(name, inNetns(netns)).catch(ifMissing);
    if (value !== undefined) sysctls[name] = value;
  }
  const { devices, gone } = await readDevices(netns, scope.devices, mark);
  return {
    sysctls,
    maps: await readShared(shop.shared.maps),
    layouts: Object.fromEntries([...shop.shared.maps].map(([name, map]) => [name, layoutOf(map)])),
    slots: await readSlots(shop.shared.maps.get("containers"), scope.slots),
    devices,
    uplinkIfindex: uplink?.ifindex ?? 0,
    programs: await readOwners(options, shop.place, scope.digests),
    gone,
  };
}

async function readShared(shared: ReadonlyMap<string, BpfMap>): Promise<Actual["maps"]> {
  const maps: Record<string, Actual["maps"][string]> = {};
  for (const [name, map] of shared) {
    maps[name] = name === "peers" || name === "hosts" ? await readEntries(map) : "present";
  }
  return maps;
}

async function readSlots(
  containers: BpfMap | undefined,
  wanted: readonly number[] | undefined,
): Promise<Actual["slots"]> {
  const slots = new Map<number, number>();
  if (containers === undefined) return slots;
  // The kernel answers a program array's value with the program's id.
  const set = (slot: number, value: Uint8Array): unknown => slots.set(slot, fromLittle(toHex(value)));
  if (wanted === undefined) {
    for (const [key, value] of await containers.readEntries()) set(fromLittle(toHex(key)), value);
    return slots;
  }
  for (const slot of wanted) {
    const value = containers.lookup(slotKey(slot));
    if (value !== undefined) set(slot, value);
  }
  return slots;
}

async function readOwners(
  options: KernelOptions,
  place: HookPlace,
  digests: readonly string[],
): Promise<Actual["programs"]> {
  const origins = { digests: new Set(digests), spec: options.spec };
  const programs = new Map<string, ProgramState>();
  for (const owner of await pinnedOwners(place.pins)) {
    programs.set(owner, await readPrograms(await readHooks(place, owner), origins));
  }
  return programs;
}

async function reports(place: HookPlace, owners: readonly string[]): Promise<ProgramReport[]> {
  const all: ProgramReport[] = [];
  for (const owner of owners) all.push(...(await reportsOf(place, owner)));
  return all;
}

/** Programs may be replaced between looking for their ids and opening them; then one looks again. */
async function reportsOf(place: HookPlace, owner: string, attempts = 5): Promise<ProgramReport[]> {
  const counters = await readCounters(place.pins, owner);
  try {
    return Object.entries(await readHooks(place, owner)).map(([hook, { programId }]) => {
      using program = Program.fromId(programId);
      const { id, tag, instructions, jitedBytes } = program.info();
      return { owner, hook, programId: id, tag, instructions, jitedBytes, counters };
    });
  } catch (error) {
    if (attempts <= 1 || !(error instanceof EbpfError) || error.code !== "ENOENT") throw error;
    return reportsOf(place, owner, attempts - 1);
  }
}

/** Packets by outcome, summed over CPUs. */
async function readCounters(pins: Pins, owner: string): Promise<number[]> {
  using map = await pinnedMap(pins.ownMap(owner, "counters"));
  if (map === undefined) return [];
  return Array.from({ length: map.maxEntries }, (_, index) => {
    const value = map.lookup(slotKey(index)) ?? new Uint8Array();
    let sum = 0;
    const view = new DataView(value.buffer, value.byteOffset, value.length);
    for (let at = 0; at + 8 <= value.length; at += 8) sum += Number(view.getBigUint64(at, true));
    return sum;
  });
}
