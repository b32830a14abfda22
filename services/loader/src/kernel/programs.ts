// Programs and their private maps: loading them, and reading back what they were loaded with.
import { setImmediate } from "node:timers/promises";
import { BpfMap, type Device, type LoadedObject, type ObjectSpec, Program } from "@weft/ebpf";
import type { HookState, ProgramState } from "../domain/actual.ts";
import { type Entries, fromHex, little, toHex } from "../domain/bytes.ts";
import type { LoadWish } from "../domain/operation.ts";
import { withoutZeros } from "../domain/policies.ts";
import type { Constants } from "../domain/settings.ts";
import { ownMaps, sharedMaps } from "../domain/shared-maps.ts";

const digestConstant = "object_digest";

/** What the kernel numbers the container's namespace by: known only here, and of no consequence for the plan. */
const nsidConstant = "endpoint_nsid";

/** Maps that an object makes for one owner at each load. */
export function privateMapsOf(spec: ObjectSpec): string[] {
  const shared = new Set<string>([...sharedMaps, ...ownMaps]);
  return [...spec.maps.values()]
    .filter((map) => !map.internal && !shared.has(map.name))
    .map(({ name }) => name);
}

/** An object with an owner's constants. */
export function readyObject(
  spec: ObjectSpec,
  wish: LoadWish,
  devices: ReadonlyMap<string, Device>,
): ObjectSpec {
  const object = spec.copy();
  const constants: Record<string, string> = { ...wish.constants, [digestConstant]: wish.digest };
  for (const [name, device] of Object.entries(wish.ifindexes)) {
    const found = devices.get(device);
    if (found === undefined && name !== "uplink_ifindex") throw new Error(`there is no device ${device}`);
    constants[name] = little.u32(found?.ifindex ?? 0);
    const peerNetnsId = found?.peerNetnsId;
    if (name === "endpoint_ifindex" && peerNetnsId !== undefined && object.constants.has(nsidConstant)) {
      constants[nsidConstant] = little.u32(peerNetnsId);
    }
  }
  for (const [name, value] of Object.entries(constants)) setConstant(object, name, value);
  return object;
}

/** Loads an object that is ready; `reuse` are the maps that exist already. */
export async function loadProgram(
  object: ObjectSpec,
  wish: LoadWish,
  reuse: Readonly<Record<string, BpfMap>>,
): Promise<LoadedObject> {
  const sized = sizedMaps(object, wish.sizes);
  try {
    return await object.load({
      reuse: Object.fromEntries(
        Object.entries({ ...reuse, ...sized }).filter(([name]) => object.maps.has(name)),
      ),
      without: wish.without.filter((name) => object.maps.has(name)),
    });
  } finally {
    for (const map of Object.values(sized)) map.close();
  }
}

/**
 * Private maps with the room that this owner's policy needs, instead of the most that any could: an array of verdicts of
 * the declared size would be a megabyte for each container, and as much to read after a restart.
 */
function sizedMaps(object: ObjectSpec, sizes: Readonly<Record<string, number>>): Record<string, BpfMap> {
  const made: Record<string, BpfMap> = {};
  for (const [name, entries] of Object.entries(sizes)) {
    const spec = object.maps.get(name);
    if (spec === undefined) continue;
    const { type, keySize, valueSize, flags, maxEntries: most } = spec;
    const maxEntries = Math.min(roomFor(entries), most);
    made[name] = BpfMap.create({ name: name.slice(0, 15), type, keySize, valueSize, flags, maxEntries });
  }
  return made;
}

/** Some more than is needed, so that the next policy finds room in the same maps. */
function roomFor(entries: number): number {
  return Math.max(16, 2 ** Math.ceil(Math.log2(Math.max(entries, 1))));
}

/**
 * All that the verifier is told of an object: with the same print, only what `.data.*` and private maps hold can differ. ""
 * when nothing but another load would do: there is no policy in maps.
 */
export function printOf(object: ObjectSpec, wish: LoadWish, reuse: Readonly<Record<string, BpfMap>>): string {
  if (wish.tier !== "generic" || Object.keys(wish.sizes).length === 0) return "";
  const maps = Object.entries(reuse).map(([name, map]) => `${name} ${map.id}`);
  return [toHex(object.rodata()), ...maps.sort(), ...wish.without.toSorted()].join("\n");
}

/** Gives loaded programs that are not in force what else a policy has of its own. */
export function writeData(loaded: LoadedObject, object: ObjectSpec): void {
  for (const [section, bytes] of object.data()) loaded.map(section).update(new Uint8Array(4), bytes);
}

/** Sets a constant, if the object has it: an older or a simpler datapath need not know everything. */
function setConstant(object: ObjectSpec, name: string, hex: string): void {
  const constant = object.constants.get(name);
  if (constant === undefined) return;
  const bytes = fromHex(hex);
  if (bytes.length !== constant.codec.size) {
    throw new Error(`constant ${name} has ${constant.codec.size} bytes, not ${bytes.length}`);
  }
  object.setConstant(name, constant.codec.decode(bytes));
}

/** Objects that programs may come from: their digests, and how one is had. */
interface Origins {
  readonly digests: ReadonlySet<string>;
  spec(digest: string): Promise<ObjectSpec | undefined>;
}

/**
 * What an owner's programs were loaded with, read from the kernel. From none of the objects that they may come from, nobody
 * knows what the programs do, and they are to be replaced.
 */
export async function readPrograms(
  hooks: Readonly<Record<string, HookState>>,
  origins: Origins,
): Promise<ProgramState> {
  const unknown: ProgramState = { digest: "", constants: {}, maps: {}, hooks };
  const loads = Object.values(hooks).map(({ programId }) => mapsOf(programId));
  try {
    const [maps = []] = loads;
    const rodata = rodataOf(maps);
    // A loader that was killed between two links leaves programs of two loads.
    if (rodata === undefined || loads.some((other) => rodataOf(other)?.id !== rodata.id)) return unknown;
    const bytes = rodata.lookup(new Uint8Array(4)) ?? new Uint8Array();
    const found = await originOf(bytes, origins);
    if (found === undefined) return unknown;
    const [digest, spec] = found;
    const entries: Record<string, Entries> = {};
    for (const name of privateMapsOf(spec)) {
      // The kernel keeps 15 characters of a name.
      const map = maps.find((one) => one.name === name.slice(0, 15));
      if (map !== undefined) entries[name] = await readEntries(map);
    }
    const data = new Map<string, Uint8Array>([[".rodata", bytes]]);
    for (const section of spec.data().keys()) {
      const held = maps.find((map) => map.name === section.slice(0, 15))?.lookup(new Uint8Array(4));
      if (held !== undefined) data.set(section, held);
    }
    return { digest, constants: constantsIn(data, spec), maps: entries, hooks };
  } finally {
    for (const map of loads.flat()) map.close();
  }
}

function mapsOf(programId: number): BpfMap[] {
  using program = Program.fromId(programId);
  return program.info().mapIds.map((id) => BpfMap.fromId(id));
}

function rodataOf(maps: readonly BpfMap[]): BpfMap | undefined {
  return maps.find((map) => map.name.endsWith(".rodata"));
}

/** Entries that are turned into text before whoever waits for the event loop has a turn. */
const entriesAtOnce = 4096;

/** All entries of a map, read in a thread; zeros of an array left out. */
export async function readEntries(map: BpfMap): Promise<Entries> {
  const entries = new Map<string, string>();
  let count = 0;
  for (const [key, value] of await map.readEntries()) {
    entries.set(toHex(key), toHex(value));
    count += 1;
    if (count % entriesAtOnce === 0) await setImmediate();
  }
  return map.type === "array" ? withoutZeros(entries) : entries;
}

/**
 * The object whose digest stands where that object keeps its digest. Only objects whose digests stand anywhere are opened: a
 * host may have a thousand of them, and each takes milliseconds.
 */
async function originOf(
  rodata: Uint8Array,
  { digests, spec }: Origins,
): Promise<readonly [string, ObjectSpec] | undefined> {
  const text = toHex(rodata);
  for (let at = 0; at + 64 <= text.length; at += 2) {
    const digest = text.slice(at, at + 64);
    const object = digests.has(digest) ? await spec(digest) : undefined;
    if (object?.constants.get(digestConstant)?.offset !== at / 2) continue;
    if (object.rodata().length === rodata.length) return [digest, object];
  }
  return undefined;
}

function constantsIn(sections: ReadonlyMap<string, Uint8Array>, spec: ObjectSpec): Constants {
  return Object.fromEntries(
    [...spec.constants.values()]
      .filter(({ name }) => name !== digestConstant && name !== nsidConstant)
      .flatMap(({ name, section, offset, codec }) => {
        const bytes = sections.get(section);
        return bytes === undefined ? [] : [[name, toHex(bytes.subarray(offset, offset + codec.size))]];
      }),
  );
}
