import type { BtfType } from "./btf.ts";
import { codecOf, type Value } from "./codec.ts";
import { isPerCpu } from "./kinds.ts";
import type { BpfMap, MapCodec, TypedMap } from "./map.ts";

/** The codec of a map whose both types are known. */
export function mapCodec(types: { readonly key?: BtfType; readonly value?: BtfType }): MapCodec | undefined {
  if (types.key === undefined || types.value === undefined) return undefined;
  return { key: codecOf(types.key), value: codecOf(types.value) };
}

/** A map seen through a codec. */
export function typedMap<Key, Val>(map: BpfMap, codec: MapCodec): TypedMap<Key, Val> {
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
