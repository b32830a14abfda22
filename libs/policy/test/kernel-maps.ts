// The four policy maps as a kernel keeps them, made from raw bytes only, and the look-ups of the datapath.
import { mappedBytes } from "@weft/netaddr";
import { type MapEntry, type Packet, type PolicyTables, tableMapEntries } from "../src/index.ts";

/** What the datapath reads from "verdicts". */
interface RawVerdict {
  readonly allow: boolean;
  readonly rule: number;
  readonly revision: number;
}

/** Loads tables into maps and returns the datapath's question; the direction must be enforced. */
export function loadMaps(tables: PolicyTables): (direction: 0 | 1, packet: Packet) => RawVerdict {
  const entries = tableMapEntries(tables);
  const verdicts = new Map(entries.verdicts.map(({ key, value }) => [u32(key), value]));
  return (direction, { identity, address, protocol, port }) => {
    const identityKey = new Uint8Array(new Uint32Array([identity, direction]).buffer);
    const i = hashLookup(entries.identityClasses, identityKey);
    const a = lpmLookup(entries.addressClasses, Uint8Array.of(direction, ...mappedBytes(address)));
    const p = lpmLookup(entries.portClasses, Uint8Array.of(direction, protocol, port >> 8, port & 255));
    const [addresses, ports] = [entries.addressClassCount[direction], entries.portClassCount[direction]];
    const value = verdicts.get(entries.verdictBase[direction] + (i * addresses + a) * ports + p);
    if (value === undefined) throw new Error("beyond the array");
    const view = new DataView(value.buffer);
    return {
      revision: Number(view.getBigUint64(0, true)),
      rule: view.getUint32(8, true),
      allow: value[12] === 1,
    };
  };
}

function hashLookup(entries: readonly MapEntry[], key: Uint8Array): number {
  const found = entries.find((entry) => Buffer.compare(entry.key, key) === 0);
  return found === undefined ? 0 : u32(found.value);
}

function lpmLookup(entries: readonly MapEntry[], data: Uint8Array): number {
  const wanted = bits(data);
  const [best] = entries
    .filter(({ key }) => wanted.startsWith(bits(key.subarray(4)).slice(0, u32(key))))
    .sort((one, other) => u32(other.key) - u32(one.key));
  return best === undefined ? 0 : u32(best.value);
}

function bits(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

function u32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
