import type { BtfType } from "./btf.ts";
import type { Value } from "./codec.ts";
import type { Descriptor } from "./descriptor.ts";
import { EbpfError, guard, guarded, lift } from "./error.ts";
import { isPerCpu, type MapType, mapTypeName } from "./kinds.ts";
import type { BpfMap, HasDescriptor, MapCodec, MapEntries, TypedMap, UpdateMode } from "./map.ts";
import { type NativeMapInfo, native } from "./native.ts";
import { mapCodec, typedMap } from "./typed-map.ts";

const modes: { readonly [mode in UpdateMode]: number } = { any: 0, create: 1, replace: 2 };
const batchEntries = 1024;
/** Errnos of kernels and map types without batch operations. */
const noBatch = new Set(["EINVAL", "ENOTSUPP", "EOPNOTSUPP"]);

/** The map behind a descriptor, which it then owns. */
export function mapOf(descriptor: Descriptor, types?: { key?: BtfType; value?: BtfType }): BpfMap {
  return new KernelMap(descriptor, types);
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

  async readEntries(): Promise<MapEntries> {
    const { fd, keySize, valueBytes, maxEntries } = this;
    const { count, keys, values } = await guarded(() =>
      native.mapReadAll(fd, keySize, valueBytes, maxEntries),
    );
    const entryAt = (index: number): [Uint8Array, Uint8Array] => this.#entryAt(keys, values, index);
    return {
      size: count,
      *[Symbol.iterator]() {
        for (let index = 0; index < count; index++) yield entryAt(index);
      },
    };
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
