import { createRequire } from "node:module";
import type { BtfType } from "./btf.ts";

/** What the addon exports: functions over file descriptors and bytes. Errors are plain; see `guard`. */
interface Native {
  describeObject(bytes: Uint8Array, name: string): NativeDescription;
  loadObject(bytes: Uint8Array, name: string, options: NativeLoad): Promise<NativeLoaded>;

  mapCreate(
    type: number,
    name: string,
    keySize: number,
    valueSize: number,
    maxEntries: number,
    flags: number,
    innerFd: number,
  ): number;
  mapInfo(fd: number): NativeMapInfo;
  mapTypes(fd: number): { readonly key?: BtfType; readonly value?: BtfType };
  /** False when there is no such key. */
  mapLookup(fd: number, key: Uint8Array, value: Uint8Array): boolean;
  mapUpdate(fd: number, key: Uint8Array, value: Uint8Array, flags: number): void;
  mapDelete(fd: number, key: Uint8Array): boolean;
  mapNextKey(fd: number, key: Uint8Array | undefined, next: Uint8Array): boolean;
  /** Reads up to `count` entries from where `cursor` says (all zero: the start) and moves it. Done: cursor undefined. */
  mapReadBatch(
    fd: number,
    cursor: Uint8Array,
    first: boolean,
    keys: Uint8Array,
    values: Uint8Array,
    count: number,
  ): { count: number; done: boolean };
  /** Reads everything in a thread. */
  mapReadAll(
    fd: number,
    keySize: number,
    valueBytes: number,
    maxEntries: number,
  ): Promise<{ count: number; keys: Uint8Array; values: Uint8Array }>;
  mapUpdateBatch(fd: number, keys: Uint8Array, values: Uint8Array, count: number): Promise<void>;
  mapDeleteBatch(fd: number, keys: Uint8Array, count: number): Promise<number>;
  mapFreeze(fd: number): void;

  programInfo(fd: number): NativeProgramInfo;
  programTestRun(
    fd: number,
    netns: string,
    data: Uint8Array,
    context: Uint8Array | undefined,
    repeat: number,
  ): Promise<NativeTestRun>;

  linkCreate(netns: string, request: NativeLinkRequest): Promise<number>;
  linkUpdate(fd: number, programFd: number, expectedFd: number): void;
  linkUpdateAsync(fd: number, programFd: number, expectedFd: number): Promise<void>;
  linkDetach(fd: number): Promise<void>;
  linkInfo(fd: number): NativeLinkInfo;

  filterAttach(netns: string, request: NativeFilterRequest): Promise<number>;
  filterQuery(netns: string, request: NativeFilterRequest): Promise<{ ifindex: number; programId: number }>;
  filterDetach(netns: string, request: NativeFilterRequest, qdisc: boolean): Promise<void>;

  pin(fd: number, path: string): Promise<void>;
  openPinned(path: string, kind: DescriptorKind): Promise<number>;
  openId(id: number, kind: DescriptorKind): number;
  close(fd: number): void;
  /** In a thread: the last reference to a link waits for an RCU grace period. */
  closeAsync(fd: number): Promise<void>;

  readonly Ring: new (
    fd: number,
    intervalMs: number,
    deliver: (bytes: Uint8Array, lengths: Uint32Array) => void,
  ) => NativeRing;

  netRun(netns: string, requests: readonly NativeRequest[]): Promise<NativeReply[]>;
  netnsCreate(path: string): Promise<void>;
  netnsDelete(path: string): Promise<void>;
  netnsCookie(netns: string): Promise<bigint>;
  parseAddress(text: string): Uint8Array | undefined;
  formatAddress(bytes: Uint8Array): string;
  /** A file of the process's network namespace whose bytes are locks. */
  netnsLocks(): number;
  /** False when another holds it. */
  lockByte(fd: number, offset: number): boolean;
  isByteLocked(fd: number, offset: number): boolean;
  mountBpffs(path: string): Promise<void>;
  unmount(path: string): Promise<void>;
  isBpffs(path: string): Promise<boolean>;
  possibleCpus(): number;
}

/** What a descriptor of the kernel may be of. */
export type DescriptorKind = "map" | "program" | "link";

/** What is in an object. */
export interface NativeDescription {
  readonly programs: readonly { name: string; section: string; type: number; instructions: number }[];
  readonly maps: readonly NativeMapSpec[];
  readonly variables: readonly {
    section: string;
    name: string;
    offset: number;
    size: number;
    type: BtfType;
  }[];
  readonly rodata?: Uint8Array;
}

/** A map as an object declares it; types where it gives some. */
export interface NativeMapSpec {
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly internal: boolean;
  readonly key?: BtfType;
  readonly value?: BtfType;
}

/** How to load an object. `reuse` descriptors are duplicated before the call returns. */
interface NativeLoad {
  readonly rodata: Uint8Array | undefined;
  readonly reuse: readonly { name: string; fd: number }[];
  readonly without: readonly string[];
  readonly programs: readonly string[] | undefined;
  readonly types: readonly { name: string; type: number }[];
}

/** What was loaded; the descriptors are the caller's. */
interface NativeLoaded {
  readonly programs: readonly { name: string; fd: number }[];
  readonly maps: readonly { name: string; fd: number }[];
}

/** struct bpf_map_info. */
export interface NativeMapInfo {
  readonly id: number;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly name: string;
}

/** struct bpf_prog_info. */
interface NativeProgramInfo {
  readonly id: number;
  readonly type: number;
  readonly name: string;
  readonly tag: string;
  readonly xlatedBytes: number;
  readonly jitedBytes: number;
  readonly mapIds: readonly number[];
  readonly loadedNs: bigint;
  readonly verifiedInstructions: number;
  readonly runCount: bigint;
  readonly runTimeNs: bigint;
}

/** What a test run gave; the context only if one was given. */
interface NativeTestRun {
  readonly retval: number;
  readonly data: Uint8Array;
  readonly context?: Uint8Array;
  readonly durationNs: number;
}

/** What is to be attached, and where. */
interface NativeLinkRequest {
  readonly programFd: number;
  /** A device's name, or its index; or a cgroup's directory. */
  readonly ifname?: string;
  readonly ifindex?: number;
  readonly cgroup?: string;
  readonly attachType: number;
  readonly flags: number;
}

/** struct bpf_link_info of links to devices and cgroups. */
interface NativeLinkInfo {
  readonly type: number;
  readonly id: number;
  readonly programId: number;
  readonly ifindex: number;
  readonly attachType: number;
  readonly cgroupId: bigint;
}

/** A direct-action filter; `programFd` -1 where none is needed. */
export interface NativeFilterRequest {
  readonly ifname?: string;
  readonly ifindex?: number;
  readonly direction: string;
  readonly handle: number;
  readonly priority: number;
  readonly programFd: number;
}

/** The consumer of a ring buffer. */
export interface NativeRing {
  /** The batch delivered last was taken; the next may come. */
  taken(): void;
  /** Resolves when no more will be delivered. */
  close(): Promise<void>;
}

/** One step of a batch that a thread runs inside a network namespace. */
export interface NativeRequest {
  readonly call: string;
  /** A whole netlink message; length and sequence are filled in. */
  readonly message?: Uint8Array;
  /** Where a device's index (or a namespace's descriptor) is to be written once it is known. */
  readonly patches?: readonly {
    readonly offset: number;
    readonly ifname?: string;
    readonly netns?: string;
  }[];
  /** A file under /proc/sys, and what to write there. */
  readonly sysctl?: string;
  readonly value?: string;
  /** A device whose features are read, or the one of them that is set to `value`, "on" or "off". */
  readonly ifname?: string;
  readonly feature?: string;
  /** These errnos are not errors. */
  readonly tolerate: readonly number[];
}

/** What one step answered. */
export interface NativeReply {
  readonly messages: readonly Uint8Array[];
  readonly value?: string;
}

/** The addon. Built by `make` in this package. */
export const native = createRequire(import.meta.url)("../build/Release/ebpf.node") as Native;
