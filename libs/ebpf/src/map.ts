import type { BtfType } from "./btf.ts";
import { type Codec, codecOf, type Value } from "./codec.ts";
import { Descriptor, openId, openPinned } from "./descriptor.ts";
import { EbpfError, guard, guarded, lift } from "./error.ts";
import { isPerCpu, type MapType, mapTypeName, mapTypeNumber } from "./kinds.ts";
import { type NativeMapInfo, native } from "./native.ts";

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
  /** All entries, read in batches; entries that change meanwhile may be missed or come twice. */
  entries(): Generator<[Uint8Array, Uint8Array]>;
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

const modes: { readonly [mode in UpdateMode]: number } = { any: 0, create: 1, replace: 2 };
const batchEntries = 1024;
/** Errnos of kernels and map types without batch operations. */
const noBatch = new Set(["EINVAL", "ENOTSUPP", "EOPNOTSUPP"]);

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

/** The map behind a descriptor, which it then owns. */
export function mapOf(descriptor: Descriptor, types?: { key?: BtfType; value?: BtfType }): BpfMap {
  return new KernelMap(descriptor, types);
}

/** The codec of a map whose both types are known. */
export function mapCodec(types: { readonly key?: BtfType; readonly value?: BtfType }): MapCodec | undefined {
  if (types.key === undefined || types.value === undefined) return undefined;
  return { key: codecOf(types.key), value: codecOf(types.value) };
}

class KernelMap implements BpfMap {
  readonly #descriptor: Descriptor;
  readonly #info: NativeMapInfo;
  readonly type: MapType;
  readonly valueBytes: number;
  #codec: MapCodec | undefined | null = null;

  constructor(descriptor: Descriptor, types: { key?: BtfType; value?: BtfType } | undefined) {
    this.#descriptor = descriptor;
    this.#info = guard(() => native.mapInfo(descriptor.fd));
    this.type = mapTypeName(this.#info.type);
    const { valueSize } = this.#info;
    this.valueBytes = isPerCpu(this.type) ? Math.ceil(valueSize / 8) * 8 * native.possibleCpus() : valueSize;
    if (types !== undefined) this.#codec = mapCodec(types);
  }

  get fd(): number {
    return this.#descriptor.fd;
  }
  get id(): number {
    return this.#info.id;
  }
  get name(): string {
    return this.#info.name;
  }
  get keySize(): number {
    return this.#info.keySize;
  }
  get valueSize(): number {
    return this.#info.valueSize;
  }
  get maxEntries(): number {
    return this.#info.maxEntries;
  }
  get flags(): number {
    return this.#info.flags;
  }

  get codec(): MapCodec | undefined {
    if (this.#codec === null) this.#codec = mapCodec(guard(() => native.mapTypes(this.fd)));
    return this.#codec;
  }

  lookup(key: Uint8Array): Uint8Array | undefined {
    const value = new Uint8Array(this.valueBytes);
    this.#check(key, this.keySize, "key");
    try {
      return native.mapLookup(this.fd, key, value) ? value : undefined;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  update(key: Uint8Array, value: Uint8Array | HasDescriptor, mode: UpdateMode = "any"): void {
    this.#check(key, this.keySize, "key");
    const bytes = this.#bytesOf(value);
    try {
      native.mapUpdate(this.fd, key, bytes, modes[mode]);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  delete(key: Uint8Array): boolean {
    this.#check(key, this.keySize, "key");
    try {
      return native.mapDelete(this.fd, key);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  nextKey(key?: Uint8Array): Uint8Array | undefined {
    if (key !== undefined) this.#check(key, this.keySize, "key");
    const next = new Uint8Array(this.keySize);
    return guard(() => native.mapNextKey(this.fd, key, next)) ? next : undefined;
  }

  *entries(): Generator<[Uint8Array, Uint8Array]> {
    let pages: Generator<[Uint8Array, Uint8Array]> | undefined = this.#batches();
    try {
      const first: IteratorResult<[Uint8Array, Uint8Array]> = pages.next();
      if (first.done === true) return;
      yield first.value;
    } catch (error) {
      if (!(error instanceof EbpfError) || !noBatch.has(error.code)) throw error;
      pages = undefined;
    }
    yield* pages ?? this.#walk();
  }

  async updateBatch(entries: Iterable<readonly [Uint8Array, Uint8Array | HasDescriptor]>): Promise<void> {
    const all = [...entries];
    if (all.length === 0) return;
    const keys = new Uint8Array(all.length * this.keySize);
    const values = new Uint8Array(all.length * this.valueBytes);
    for (const [index, [key, value]] of all.entries()) {
      this.#check(key, this.keySize, "key");
      keys.set(key, index * this.keySize);
      values.set(this.#bytesOf(value), index * this.valueBytes);
    }
    await guarded(() => native.mapUpdateBatch(this.fd, keys, values, all.length));
  }

  async deleteBatch(keys: Iterable<Uint8Array>): Promise<number> {
    const all = [...keys];
    if (all.length === 0) return 0;
    const bytes = new Uint8Array(all.length * this.keySize);
    for (const [index, key] of all.entries()) {
      this.#check(key, this.keySize, "key");
      bytes.set(key, index * this.keySize);
    }
    return guarded(() => native.mapDeleteBatch(this.fd, bytes, all.length));
  }

  typed<Key = Value, Val = Value>(): TypedMap<Key, Val> {
    const { codec } = this;
    if (codec === undefined) throw new EbpfError(`map ${this.name} has no BTF types`, 22, "codec");
    return typedMap<Key, Val>(this, codec);
  }

  freeze(): void {
    guard(() => native.mapFreeze(this.fd));
  }

  pin(path: string): Promise<void> {
    return this.#descriptor.pin(path);
  }

  close(): void {
    this.#descriptor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  *#batches(): Generator<[Uint8Array, Uint8Array]> {
    const cursor = new Uint8Array(Math.max(this.keySize, 4));
    let room = Math.min(batchEntries, Math.max(this.maxEntries, 1));
    for (let first = true, done = false; !done; ) {
      const keys = new Uint8Array(room * this.keySize);
      const values = new Uint8Array(room * this.valueBytes);
      let read: { count: number; done: boolean };
      try {
        read = guard(() => native.mapReadBatch(this.fd, cursor, first, keys, values, room));
      } catch (error) {
        if (!(error instanceof EbpfError) || error.code !== "ENOSPC") throw error;
        room *= 2; // One bucket of the hash holds more than that.
        continue;
      }
      first = false;
      done = read.done;
      for (let index = 0; index < read.count; index++) yield this.#entryAt(keys, values, index);
    }
  }

  #entryAt(keys: Uint8Array, values: Uint8Array, index: number): [Uint8Array, Uint8Array] {
    return [
      keys.subarray(index * this.keySize, (index + 1) * this.keySize),
      values.subarray(index * this.valueBytes, (index + 1) * this.valueBytes),
    ];
  }

  *#walk(): Generator<[Uint8Array, Uint8Array]> {
    for (let key = this.nextKey(); key !== undefined; key = this.nextKey(key)) {
      const value = this.lookup(key);
      if (value !== undefined) yield [key, value];
    }
  }

  #bytesOf(value: Uint8Array | HasDescriptor): Uint8Array {
    if (!(value instanceof Uint8Array)) return new Uint8Array(new Uint32Array([value.fd]).buffer);
    this.#check(value, this.valueBytes, "value");
    return value;
  }

  #check(bytes: Uint8Array, size: number, what: string): void {
    if (bytes.length !== size) {
      throw new EbpfError(`map ${this.name}: ${what} of ${bytes.length} bytes, expected ${size}`, 22, what);
    }
  }

  #failed(error: unknown): unknown {
    if (error instanceof Error && "call" in error) error.message = `map ${this.name} ${error.message}`.trim();
    return lift(error);
  }
}

function typedMap<Key, Val>(map: BpfMap, codec: MapCodec): TypedMap<Key, Val> {
  const cpus = isPerCpu(map.type) ? map.valueBytes / (Math.ceil(map.valueSize / 8) * 8) : 0;
  const encodeKey = (key: Key): Uint8Array => codec.key.encode(key as Value);
  const decode = (bytes: Uint8Array): Val => {
    if (cpus === 0) return codec.value.decode(bytes) as Val;
    const stride = bytes.length / cpus;
    return Array.from({ length: cpus }, (_, cpu) => codec.value.decode(bytes.subarray(cpu * stride))) as Val;
  };
  const encode = (value: Val): Uint8Array => {
    if (cpus === 0) return codec.value.encode(value as Value);
    const bytes = new Uint8Array(map.valueBytes);
    const items = value as readonly Value[];
    for (const [cpu, item] of items.entries())
      bytes.set(codec.value.encode(item), (cpu * bytes.length) / cpus);
    return bytes;
  };
  return {
    lookup(key) {
      const bytes = map.lookup(encodeKey(key));
      return bytes === undefined ? undefined : decode(bytes);
    },
    update: (key, value, mode) => map.update(encodeKey(key), encode(value), mode),
    delete: (key) => map.delete(encodeKey(key)),
    *entries() {
      for (const [key, value] of map.entries()) yield [codec.key.decode(key) as Key, decode(value)];
    },
    updateBatch: (entries) =>
      map.updateBatch(Iterator.from(entries).map(([key, value]) => [encodeKey(key), encode(value)] as const)),
    deleteBatch: (keys) => map.deleteBatch(Iterator.from(keys).map(encodeKey)),
  };
}
