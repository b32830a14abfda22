// What can be done to a kernel, as data: printed by `weft plan`, executed by the door, tested without one.
import type { Constants } from "./settings.ts";

/** Key and value of a map entry, hexadecimal. */
export type Pair = readonly [key: string, value: string];

/** A container's device, both ends. */
export interface DeviceWish {
  /** Name of the host's end. */
  readonly name: string;
  readonly owner: string;
  readonly netns: string;
  /** Name of the container's end. */
  readonly interface: string;
  readonly mac: string;
  readonly hostMac: string;
  readonly mtu: number;
  /** With length, canonical, sorted: e.g. ["10.0.0.7/32", "fd00::7/128"]. */
  readonly addresses: readonly string[];
}

/** Where one program of an object goes. */
export interface HookWish {
  /** Name of the program in the object: "from_container", "to_container", "from_uplink". */
  readonly hook: string;
  readonly direction: "ingress" | "egress";
  readonly device: string;
}

/** Objects to load: what the kernel is asked to verify. */
export interface LoadWish {
  readonly owner: string;
  readonly digest: string;
  readonly tier: Tier;
  readonly constants: Constants;
  /** Constants that are interface indices, by the name of the device: known only when it exists. */
  readonly ifindexes: Readonly<Record<string, string>>;
  /** Maps of the object that this owner does not need; they are not made. */
  readonly without: readonly string[];
  /** Entries that private maps have room for, where that is not what the object declares. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** "generic": the policy is looked up in maps; "specialised": it is compiled into branches. */
export type Tier = "generic" | "specialised";

/** One step. Steps with an owner fail alone; a step without one is about the whole host. */
export type Operation =
  | { readonly kind: "sysctl_set"; readonly name: string; readonly value: string }
  | {
      /** Where there is a map of another layout, it takes its place. */
      readonly kind: "maps_create";
      readonly digest: string;
      readonly layouts: Readonly<Record<string, string>>;
    }
  | { readonly kind: "map_put"; readonly map: string; readonly entries: readonly Pair[] }
  | { readonly kind: "map_remove"; readonly map: string; readonly keys: readonly string[] }
  | { readonly kind: "device_create"; readonly owner: string; readonly device: DeviceWish }
  | { readonly kind: "device_configure"; readonly owner: string; readonly device: DeviceWish }
  | { readonly kind: "device_readdress"; readonly owner: string; readonly device: DeviceWish }
  | { readonly kind: "device_resize"; readonly owner: string; readonly device: DeviceWish }
  | {
      readonly kind: "device_up";
      readonly owner: string;
      readonly device: DeviceWish;
      /** Routes of the host to addresses that are no longer the container's. */
      readonly stale: readonly string[];
    }
  | { readonly kind: "device_remove"; readonly name: string }
  | { readonly kind: "program_load"; readonly owner: string; readonly program: LoadWish }
  | {
      readonly kind: "map_fill";
      readonly owner: string;
      readonly map: string;
      readonly entries: readonly Pair[];
    }
  | { readonly kind: "link_attach"; readonly owner: string; readonly hook: HookWish }
  | { readonly kind: "link_update"; readonly owner: string; readonly hook: HookWish }
  | { readonly kind: "slot_set"; readonly owner: string; readonly slot: number }
  | { readonly kind: "slot_clear"; readonly slot: number }
  | { readonly kind: "owner_remove"; readonly owner: string };

/** The owner that a step is about, if it is about one. */
export function ownerOf(operation: Operation): string | undefined {
  return "owner" in operation ? operation.owner : undefined;
}

/** What a step writes to, by its name in the kernel: a map, a hook, a device, a sysctl; for a load, the tier. */
export function targetOf(operation: Operation): string {
  switch (operation.kind) {
    case "sysctl_set":
    case "device_remove":
      return operation.name;
    case "maps_create":
      return Object.keys(operation.layouts).join(" ");
    case "map_put":
    case "map_remove":
    case "map_fill":
      return operation.map;
    case "program_load":
      return operation.program.tier;
    case "link_attach":
    case "link_update":
      return operation.hook.hook;
    case "slot_set":
    case "slot_clear":
      return `${operation.slot}`;
    case "owner_remove":
      return operation.owner;
    default:
      return operation.device.name;
  }
}

/** Map entries that a step writes or removes. */
export function sizeOf(operation: Operation): number {
  if ("entries" in operation) return operation.entries.length;
  return operation.kind === "map_remove" ? operation.keys.length : 0;
}
