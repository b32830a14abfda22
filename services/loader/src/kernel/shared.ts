// The maps that all programs of a host share: made, and replaced when programs come that expect another layout.
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { type BpfMap, type ObjectSpec, Program } from "@weft/ebpf";
import { carriedMaps } from "../domain/shared-maps.ts";
import { layoutOf } from "../layout.ts";
import { carryOver } from "./carry.ts";
import { type HookPlace, ifMissing, pinnedMap, readHooks } from "./hooks.ts";
import { namesIn, type Pins, pinnedOwners, unpin } from "./pins.ts";

/** The shared maps of a host, opened once. */
export interface SharedMaps extends Disposable {
  readonly maps: ReadonlyMap<string, BpfMap>;
  /** Aborted when the map of records gives way to another one. */
  recordsOver(): AbortSignal;
  /** Makes maps as the object declares them, without its programs, in place of those of other layouts. */
  create(spec: ObjectSpec, names: readonly string[]): Promise<void>;
  /** Lets go of maps that gave way, and of those that no datapath has by now, when no program in force has one any more. */
  dropReplaced(place: HookPlace): Promise<void>;
}

/** What was replaced stays pinned as `<name>@<id>` while programs have it: a program array without a pin would be emptied. */
const aside = /^(\w+)@(\d+)$/;

/** Opens the shared maps of a host. */
export async function openShared(pins: Pins, names: readonly string[]): Promise<SharedMaps> {
  const maps = new Map<string, BpfMap>();
  for (const name of names) {
    const map = await pinnedMap(pins.map(name));
    if (map !== undefined) maps.set(name, map);
  }
  let replaced = (await namesIn(join(pins.root, "maps"))).some((name) => !names.includes(name));
  let recordsOver = new AbortController();
  return {
    maps,
    recordsOver: () => recordsOver.signal,
    async create(spec, wanted) {
      const others = [...spec.maps.values()].filter((map) => !map.internal && !wanted.includes(map.name));
      using object = await spec.load({ programs: [], without: others.map(({ name }) => name) });
      for (const name of wanted) {
        const before = maps.get(name);
        if (before !== undefined && layoutOf(before) === layoutOf(object.map(name))) continue;
        if (before !== undefined) {
          replaced = true;
          await unpin(pins.map(`${name}@${before.id}`));
          await before.pin(pins.map(`${name}@${before.id}`));
          if (carriedMaps.has(name)) await carryOver(before, object.map(name));
        }
        await pinInPlace(object.map(name), pins.map(name));
        const map = await pinnedMap(pins.map(name));
        if (map !== undefined) maps.set(name, map);
        before?.close();
        if (before === undefined || name !== "records") continue;
        recordsOver.abort();
        recordsOver = new AbortController();
      }
    },
    async dropReplaced(place) {
      if (!replaced) return;
      const left = await dropUnused(place, names, maps);
      replaced = left > 0;
    },
    [Symbol.dispose]() {
      for (const map of maps.values()) map.close();
    },
  };
}

/** Pins a map under a path; what was there is not missing for a moment. */
export async function pinInPlace(map: BpfMap, path: string): Promise<void> {
  const fresh = `${path}@new`;
  await unpin(fresh);
  await map.pin(fresh);
  await rename(fresh, path);
}

/** How many are still in use. */
async function dropUnused(
  place: HookPlace,
  names: readonly string[],
  maps: ReadonlyMap<string, BpfMap>,
): Promise<number> {
  const { pins } = place;
  const used = await mapsInUse(place);
  let left = 0;
  for (const pin of await namesIn(join(pins.root, "maps"))) {
    if (names.includes(pin)) continue;
    const [, name = ""] = aside.exec(pin) ?? [];
    using before = await pinnedMap(pins.map(pin));
    const now = maps.get(name);
    if (before !== undefined && before.id !== now?.id && used.has(before.id)) {
      left += 1;
      continue;
    }
    // What the programs from before have put into it since it was replaced; an array's values they can only have in one.
    const late = before !== undefined && now !== undefined && before.id !== now.id && carriedMaps.has(name);
    if (late && before.type !== "prog_array") await carryOver(before, now);
    await unpin(pins.map(pin));
  }
  return left;
}

/** Maps of all programs that are attached, by id. */
async function mapsInUse(place: HookPlace): Promise<ReadonlySet<number>> {
  const used = new Set<number>();
  for (const owner of await pinnedOwners(place.pins)) {
    for (const { programId } of Object.values(await readHooks(place, owner))) {
      try {
        using program = Program.fromId(programId);
        for (const id of program.info().mapIds) used.add(id);
      } catch (error) {
        ifMissing(error);
      }
    }
  }
  return used;
}
