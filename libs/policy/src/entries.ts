import {
  encodeAddressClassKey,
  encodeClass,
  encodeIdentityClassKey,
  encodePortClassKey,
  encodeVerdict,
} from "@weft/datapath";
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

function identityEntries(table: PolicyTable, direction: number): MapEntry[] {
  return table.identities.map(({ identity, class: number }) => ({
    key: encodeIdentityClassKey({ identity, direction }),
    value: encodeClass({ class: number }),
  }));
}

function addressEntries(table: PolicyTable, direction: number): MapEntry[] {
  return table.addresses.map(({ prefix, class: number }) => {
    const { length, bytes } = mappedPrefix(prefix);
    const key = encodeAddressClassKey({
      prefixLength: 8 + length,
      direction,
      address: Uint8Array.from(bytes),
    });
    return { key, value: encodeClass({ class: number }) };
  });
}

function portEntries(table: PolicyTable, direction: number): MapEntry[] {
  return table.ports.flatMap(({ protocol, from, to, class: number }) =>
    portPrefixes(from, to).map(({ port, length }) => ({
      key: encodePortClassKey({ prefixLength: 16 + length, direction, protocol, port }),
      value: encodeClass({ class: number }),
    })),
  );
}

function verdictEntry({ allow, rule, revision }: TableVerdict, index: number): MapEntry {
  const key = encodeClass({ class: index }); // An index is a number of 32 bits, as a class is.
  return { key, value: encodeVerdict({ revision, rule, allow: allow ? 1 : 0 }) };
}
