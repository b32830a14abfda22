// What each operation does to the actual state: the loader keeps its picture of the kernel up to date with it instead of
// reading everything again, and tests use it as a kernel. The kernel tests compare it with the real one.
import type { Actual, DeviceState, InsideState, ProgramState } from "./actual.ts";
import { type Entries, little } from "./bytes.ts";
import type { DeviceWish, LoadWish, Operation } from "./operation.ts";
import { familiesOf } from "./plan-device.ts";
import type { Constants } from "./settings.ts";

/** Numbers that only the kernel knows, answered by the operation that made the thing. */
export interface Outcome {
  /** Of device_create. */
  readonly ifindex?: number;
  /** Of program_load: program ids by name. */
  readonly programIds?: Readonly<Record<string, number>>;
}

interface Loaded {
  readonly digest: string;
  readonly constants: Constants;
  readonly maps: Record<string, Entries>;
  readonly programIds: Readonly<Record<string, number>>;
}

/** A picture of a kernel that operations change. */
export interface Picture {
  /** The state now; a new value after every operation that changed something. */
  actual(): Actual;
  done(operation: Operation, outcome: Outcome): void;
}

/** A picture that starts from what was read. `privateMaps` names the maps an object of a kind makes for itself. */
export function pictureOf(start: Actual, privateMaps: (program: LoadWish) => readonly string[]): Picture {
  let actual = start;
  const loaded = new Map<string, Loaded>();
  const effects = effectsOn(
    () => actual,
    (next) => {
      actual = { ...actual, ...next };
    },
    loaded,
    privateMaps,
  );
  return {
    actual: () => actual,
    done(operation, outcome) {
      // The table is keyed by the kind of the operation it takes.
      const effect = effects[operation.kind] as (operation: Operation, outcome: Outcome) => void;
      effect(operation, outcome);
    },
  };
}

type Effects = {
  readonly [K in Operation["kind"]]: (operation: Extract<Operation, { kind: K }>, outcome: Outcome) => void;
};

function effectsOn(
  now: () => Actual,
  set: (next: Partial<Actual>) => void,
  loaded: Map<string, Loaded>,
  privateMaps: (program: LoadWish) => readonly string[],
): Effects {
  const device = (name: string, state: DeviceState): void =>
    set({ devices: new Map(now().devices).set(name, state) });
  const change = (name: string, step: (inside: InsideState) => InsideState): void => {
    const before = now().devices.get(name);
    if (before?.inside !== undefined) device(name, { ...before, inside: step(before.inside) });
  };
  const attach = (owner: string, hook: string, deviceName: string): void => {
    const fresh = loaded.get(owner);
    if (fresh === undefined) return;
    const before = now().programs.get(owner);
    const programId = fresh.programIds[hook] ?? 0;
    const hooks = { ...before?.hooks, [hook]: { programId, ifindex: ifindexOf(now(), deviceName) } };
    const state: ProgramState = { digest: fresh.digest, constants: fresh.constants, maps: fresh.maps, hooks };
    set({ programs: new Map(now().programs).set(owner, state) });
  };
  return {
    sysctl_set: ({ name, value }) => set({ sysctls: { ...now().sysctls, [name]: value } }),
    maps_create: ({ layouts }) =>
      set({
        maps: { ...now().maps, ...emptyMaps(Object.keys(layouts)) },
        layouts: { ...now().layouts, ...layouts },
      }),
    map_put: ({ map, entries }) => set({ maps: { ...now().maps, [map]: putInto(now().maps[map], entries) } }),
    map_remove: ({ map, keys }) => set({ maps: { ...now().maps, [map]: takeFrom(now().maps[map], keys) } }),
    device_create: ({ device: wish }, { ifindex = 0 }) =>
      device(wish.name, configured(wish, ifindex, false, [])),
    device_configure: ({ device: wish }) => {
      const before = now().devices.get(wish.name);
      device(wish.name, configured(wish, before?.ifindex ?? 0, before?.up ?? false, before?.routes ?? []));
    },
    device_readdress: ({ device: wish }) =>
      change(wish.name, (inside) => {
        const { addresses } = wish;
        return { ...inside, addresses, ways: familiesOf(addresses) };
      }),
    device_resize: ({ device: wish }) => {
      const { mtu } = wish;
      change(wish.name, (inside) => ({ ...inside, mtu }));
      const before = now().devices.get(wish.name);
      if (before !== undefined) device(wish.name, { ...before, mtu });
    },
    device_up: ({ device: wish }) => {
      const before = now().devices.get(wish.name);
      if (before !== undefined) device(wish.name, { ...before, up: true, routes: wish.addresses });
    },
    device_remove: ({ name }) => set({ devices: without(now().devices, name) }),
    program_load: ({ owner, program }, { programIds = {} }) => {
      const constants = { ...program.constants, ...ifindexConstants(now(), program.ifindexes) };
      const made = privateMaps(program).filter((name) => !program.without.includes(name));
      const maps = Object.fromEntries(made.map((name): [string, Entries] => [name, new Map()]));
      loaded.set(owner, { digest: program.digest, constants, maps, programIds });
    },
    map_fill: ({ owner, map, entries }) => {
      const fresh = loaded.get(owner);
      if (fresh !== undefined) fresh.maps[map] = new Map(entries);
    },
    link_attach: ({ owner, hook }) => attach(owner, hook.hook, hook.device),
    link_update: ({ owner, hook }) => attach(owner, hook.hook, hook.device),
    slot_set: ({ owner, slot }) => {
      const id = now().programs.get(owner)?.hooks.to_container?.programId ?? 0;
      set({ slots: new Map(now().slots).set(slot, id) });
    },
    slot_clear: ({ slot }) => set({ slots: without(now().slots, slot) }),
    owner_remove: ({ owner }) => {
      loaded.delete(owner);
      set({ programs: without(now().programs, owner) });
    },
  };
}

function ifindexOf(actual: Actual, device: string): number {
  return actual.devices.get(device)?.ifindex ?? actual.uplinkIfindex;
}

function ifindexConstants(actual: Actual, ifindexes: Readonly<Record<string, string>>): Constants {
  return Object.fromEntries(
    Object.entries(ifindexes).map(([name, device]) => [name, little.u32(ifindexOf(actual, device))]),
  );
}

function configured(wish: DeviceWish, ifindex: number, up: boolean, routes: readonly string[]): DeviceState {
  const { mac, mtu, addresses, hostMac } = wish;
  const inside = { up: true, mac, mtu, addresses, ways: familiesOf(addresses) };
  return { ifindex, up, mac: hostMac, mtu, inside, routes };
}

function emptyMaps(names: readonly string[]): Record<string, Entries | "present"> {
  return Object.fromEntries(
    names.map((name) => [name, name === "peers" || name === "hosts" ? new Map() : ("present" as const)]),
  );
}

function entriesOf(held: Entries | "present" | undefined): Entries {
  return held === undefined || held === "present" ? new Map() : held;
}

function putInto(
  held: Entries | "present" | undefined,
  entries: Iterable<readonly [string, string]>,
): Entries {
  const next = new Map(entriesOf(held));
  for (const [key, value] of entries) next.set(key, value);
  return next;
}

function takeFrom(held: Entries | "present" | undefined, keys: readonly string[]): Entries {
  const next = new Map(entriesOf(held));
  for (const key of keys) next.delete(key);
  return next;
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const next = new Map(map);
  next.delete(key);
  return next;
}
