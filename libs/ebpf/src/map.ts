import type { Codec, Value } from "./codec.ts";
import { Descriptor, openId, openPinned } from "./descriptor.ts";
import { guard } from "./error.ts";
import { mapOf } from "./kernel-map.ts";
import { type MapType, mapTypeNumber } from "./kinds.ts";
import { native } from "./native.ts";

/** What a map is to be: sizes in bytes, flags as BPF_F_... of linux/bpf.h. */
export interface MapOptions {
  readonly name?: string;
  readonly type: MapType;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags?: number;
  /** For maps of maps: one like those it will hold. */
  readonly inner?: HasDescriptor;
}

/** A map as an object declares it. */
export interface MapSpec extends Required<Omit<MapOptions, "inner">> {
  /** Made by libbpf for a section (".rodata", ".bss"), not declared in the source. */
  readonly internal: boolean;
  /** Undefined when the declaration gives sizes and no types. */
  readonly codec: MapCodec | undefined;
}

/** Codecs of a map's keys and of its values (of one CPU's value where there are several). */
export interface MapCodec {
  readonly key: Codec;
  readonly value: Codec;
}

/** Something whose file descriptor is a value of a map of programs or of maps. */
export interface HasDescriptor {
  readonly fd: number;
}

/** BPF_ANY, BPF_NOEXIST (throws EEXIST), BPF_EXIST (throws ENOENT). */
export type UpdateMode = "any" | "create" | "replace";

/** A map's entries as JavaScript values. Per-CPU maps: the value is an array, one item per possible CPU. */
export interface TypedMap<Key, Val> {
  lookup(key: Key): Val | undefined;
  update(key: Key, value: Val, mode?: UpdateMode): void;
  delete(key: Key): boolean;
  entries(): Generator<[Key, Val]>;
  updateBatch(entries: Iterable<readonly [Key, Val]>): Promise<void>;
  deleteBatch(keys: Iterable<Key>): Promise<number>;
}

/** Entries that were read together. The bytes are parts of two large buffers. */
export interface MapEntries extends Iterable<[Uint8Array, Uint8Array]> {
  readonly size: number;
}

/** A map in the kernel. Single operations are system calls on the calling thread, well under a microsecond. */
export interface BpfMap extends Disposable, AsyncDisposable {
  readonly fd: number;
  readonly id: number;
  /** As the kernel keeps it: at most 15 characters. */
  readonly name: string;
  readonly type: MapType;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** Bytes that lookup returns: a per-CPU map has one value, padded to 8, per possible CPU. */
  readonly valueBytes: number;
  /** From the map's BTF; undefined when it has none. */
  readonly codec: MapCodec | undefined;
  lookup(key: Uint8Array): Uint8Array | undefined;
  /** A program or a map is the value in maps of these (a map in a map waits some ms for RCU: batch such). */
  update(key: Uint8Array, value: Uint8Array | HasDescriptor, mode?: UpdateMode): void;
  /** False when there was no such key. */
  delete(key: Uint8Array): boolean;
  /** The key after this one, the first without one; undefined at the end. */
  nextKey(key?: Uint8Array): Uint8Array | undefined;
  /** All entries, read as they are asked for and on the calling thread: large maps are better read by `readEntries`. */
  entries(): Generator<[Uint8Array, Uint8Array]>;
  /** All entries, read in a thread; entries that change meanwhile may be missed or come twice. */
  readEntries(): Promise<MapEntries>;
  /** In a thread, with one system call where the kernel can; not atomic. */
  updateBatch(entries: Iterable<readonly [Uint8Array, Uint8Array | HasDescriptor]>): Promise<void>;
  /** As updateBatch. Keys that are not there are passed over; resolves to the number deleted. */
  deleteBatch(keys: Iterable<Uint8Array>): Promise<number>;
  /** The map as JavaScript values of these types, which the caller vouches for. Throws EINVAL without BTF. */
  typed<Key = Value, Val = Value>(): TypedMap<Key, Val>;
  /** No system call may write it any more; programs still may. */
  freeze(): void;
  pin(path: string): Promise<void>;
  /** Again is nothing. The map lives on while a pin, a program or another descriptor holds it. */
  close(): void;
}

/** Makes a map. */
function create(options: MapOptions): BpfMap {
  const { type, name = "", keySize, valueSize, maxEntries, flags = 0, inner } = options;
  const fd = guard(() =>
    native.mapCreate(mapTypeNumber(type), name, keySize, valueSize, maxEntries, flags, inner?.fd ?? 0),
  );
  return mapOf(new Descriptor(fd, `map ${name}`));
}

/** Opens a pinned map. */
async function openPinnedMap(path: string): Promise<BpfMap> {
  return mapOf(await openPinned(path, "map"));
}

/** Opens the map with this id. Throws ENOENT. */
function mapFromId(id: number): BpfMap {
  return mapOf(openId(id, "map"));
}

/** Where maps come from, apart from objects. */
export const BpfMap = { create, openPinned: openPinnedMap, fromId: mapFromId };
