import { mappedPrefix } from "./evaluate.ts";
import { portPrefixes } from "./port-prefixes.ts";
import type { PolicyTable, PolicyTables, TableVerdict } from "./tables.ts";

/** Key and value of one map entry, byte by byte as abi/policy.h lays them out. */
export interface MapEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Everything a loader writes for one container's policy. Pairs are [ingress, egress], as the ABI numbers them. */
export interface TableMapEntries {
  readonly identityClasses: MapEntry[];
  readonly addressClasses: MapEntry[];
  readonly portClasses: MapEntry[];
  /** Keys are the indices 0, 1, 2 ... */
  readonly verdicts: MapEntry[];
  /** Settings `verdict_base`, `address_class_count` and `port_class_count`. */
  readonly verdictBase: readonly [number, number];
  readonly addressClassCount: readonly [number, number];
  readonly portClassCount: readonly [number, number];
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** The entries of the four maps of abi/policy.h. */
export function tableMapEntries({ ingress, egress }: PolicyTables): TableMapEntries {
  const both = [ingress, egress];
  return {
    identityClasses: both.flatMap((table, direction) => identityEntries(table, direction)),
    addressClasses: both.flatMap((table, direction) => addressEntries(table, direction)),
    portClasses: both.flatMap((table, direction) => portEntries(table, direction)),
    verdicts: both.flatMap((table) => table.verdicts).map(verdictEntry),
    verdictBase: [0, ingress.verdicts.length],
    addressClassCount: [ingress.addressClasses, egress.addressClasses],
    portClassCount: [ingress.portClasses, egress.portClasses],
  };
}

// struct weft_identity_class_key { __u32 identity; __u32 direction; }
function identityEntries(table: PolicyTable, direction: number): MapEntry[] {
  return table.identities.map(({ identity, class: number }) => {
    const { bytes, view } = allocate(8);
    view.setUint32(0, identity, littleEndian);
    view.setUint32(4, direction, littleEndian);
    return { key: bytes, value: number32(number) };
  });
}

// struct weft_address_class_key { __u32 prefix_length; __u8 direction; __u8 address[16]; __u8 pad[3]; }
function addressEntries(table: PolicyTable, direction: number): MapEntry[] {
  return table.addresses.map(({ prefix, class: number }) => {
    const mapped = mappedPrefix(prefix);
    const { bytes, view } = allocate(24);
    view.setUint32(0, 8 + mapped.length, littleEndian);
    view.setUint8(4, direction);
    bytes.set(mapped.bytes, 5);
    return { key: bytes, value: number32(number) };
  });
}

// struct weft_port_class_key { __u32 prefix_length; __u8 direction; __u8 protocol; __be16 port; }
function portEntries(table: PolicyTable, direction: number): MapEntry[] {
  return table.ports.flatMap(({ protocol, from, to, class: number }) =>
    portPrefixes(from, to).map(({ port, length }) => {
      const { bytes, view } = allocate(8);
      view.setUint32(0, 16 + length, littleEndian);
      view.setUint8(4, direction);
      view.setUint8(5, protocol);
      view.setUint16(6, port);
      return { key: bytes, value: number32(number) };
    }),
  );
}

// struct weft_verdict { __u64 revision; __u32 rule; __u8 allow; __u8 pad[3]; }
function verdictEntry({ allow, rule, revision }: TableVerdict, index: number): MapEntry {
  const { bytes, view } = allocate(16);
  view.setBigUint64(0, BigInt(revision), littleEndian);
  view.setUint32(8, rule, littleEndian);
  view.setUint8(12, allow ? 1 : 0);
  return { key: number32(index), value: bytes };
}

function number32(value: number): Uint8Array {
  const { bytes, view } = allocate(4);
  view.setUint32(0, value, littleEndian);
  return bytes;
}

function allocate(size: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}
