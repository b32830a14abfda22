// Protobuf fields into the mesh's values: empty bytes and unset messages are "none".
import {
  type Address,
  addressFromBytes,
  type Prefix,
  type PrefixBytes,
  prefixFromBytes,
} from "@weft/netaddr";

/** Address bytes, 4 or 16; undefined when there are none. */
export function optionalAddress(bytes: Uint8Array): Address | undefined {
  return bytes.length === 0 ? undefined : addressFromBytes(bytes);
}

/** A prefix; undefined when the field is unset. */
export function optionalPrefix(prefix: PrefixBytes | null): Prefix | undefined {
  return prefix === null ? undefined : prefixFromBytes(prefix);
}

/** `{[key]: value}`, or nothing when the value is undefined: optional fields stay absent, not undefined. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
