// What is in the kernel, as the door reads it: the same words as the desired state, so that the two can be compared.
import type { Entries } from "./bytes.ts";
import type { Constants } from "./settings.ts";

/** The container's end of its device. */
export interface InsideState {
  readonly up: boolean;
  readonly mac: string;
  readonly mtu: number;
  /** Canonical texts with length, e.g. "fd00::1/128"; link-local ones left out; sorted. */
  readonly addresses: readonly string[];
  /** Families in which it has a way out, a default route, by whatever device. */
  readonly ways: readonly (4 | 6)[];
}

/** A veth pair: the host's end, and the container's end when its namespace can be opened. */
export interface DeviceState {
  readonly ifindex: number;
  readonly up: boolean;
  readonly mac: string;
  readonly mtu: number;
  /** Undefined: the device is not in the container's namespace under the wanted name. */
  readonly inside: InsideState | undefined;
  /** Host routes through this device, canonical texts, sorted. */
  readonly routes: readonly string[];
}

/** A program in force at a hook. */
export interface HookState {
  readonly programId: number;
  /** Whether the attachment is at the device that exists now. */
  readonly ifindex: number;
}

/** The programs of one owner (a container or the uplink), with what they were loaded with. */
export interface ProgramState {
  /** "" when nobody knows what the programs are, or when the hooks have programs of different loads. */
  readonly digest: string;
  /** Every constant of .rodata, object_digest left out. */
  readonly constants: Constants;
  /** Private maps by name, those that outlive the programs left out; in array maps zero values are left out. */
  readonly maps: Readonly<Record<string, Entries>>;
  readonly hooks: Readonly<Record<string, HookState>>;
}

/** What one host's kernel holds. */
export interface Actual {
  /** Sysctls of the host's namespace that the loader cares for. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Shared maps that exist; contents of those that the mesh fills. */
  readonly maps: Readonly<Record<string, Entries | "present">>;
  /** Layouts of the shared maps that exist, by name. */
  readonly layouts: Readonly<Record<string, string>>;
  /** Program array: slot to program id. */
  readonly slots: ReadonlyMap<number, number>;
  /** Ends of veth pairs in the host's namespace that the loader made, by name. */
  readonly devices: ReadonlyMap<string, DeviceState>;
  /** Interface index of the uplink; 0 when there is none. */
  readonly uplinkIfindex: number;
  /** By owner: endpoint id, or "@uplink". */
  readonly programs: ReadonlyMap<string, ProgramState>;
  /** Paths of network namespaces of desired containers that do not exist (any more). */
  readonly gone: ReadonlySet<string>;
}

/** Whether the device towards the other hosts is there. */
export function hasUplink({ uplinkIfindex }: Actual): boolean {
  return uplinkIfindex !== 0;
}

/** A kernel that holds nothing of Weft. */
export function emptyActual(uplinkIfindex: number): Actual {
  return {
    sysctls: {},
    maps: {},
    layouts: {},
    slots: new Map(),
    devices: new Map(),
    uplinkIfindex,
    programs: new Map(),
    gone: new Set(),
  };
}
