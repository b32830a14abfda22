import { Address4, Address6 } from "ip-address";
import { WeftError } from "./error.ts";

/** IP version of an address. */
export type Family = 4 | 6;

/** An IP address as a number; `value` is below 2^32 (family 4) or 2^128 (family 6). */
export type Address = { readonly family: Family; readonly value: bigint };

const mappedPrefix = 0xffffn;

/** Bits of an address of this family: 32 or 128. */
export function familyBits(family: Family): number {
  return family === 4 ? 32 : 128;
}

/** An address from its number; throws INVALID_ARGUMENT when the number is outside the family. */
export function makeAddress(family: Family, value: bigint): Address {
  if (value < 0n || value >> BigInt(familyBits(family)) !== 0n) {
    throw new WeftError("INVALID_ARGUMENT", `${value} is not an IPv${family} address`);
  }
  return { family, value };
}

/** Reads `10.1.2.3` or `fd00::1`; no zone, no prefix length, no leading zeros (RFC 4291, RFC 6943 section 3.1.1). */
export function parseAddress(text: string): Address {
  try {
    if (/^[0-9.]+$/.test(text)) return { family: 4, value: new Address4(text).bigInt() };
    if (/^[0-9a-fA-F:.]+$/.test(text)) return { family: 6, value: new Address6(text).bigInt() };
  } catch (cause) {
    throw invalid(text, cause);
  }
  throw invalid(text);
}

function invalid(text: string, cause?: unknown): WeftError {
  return new WeftError("INVALID_ARGUMENT", `${JSON.stringify(text)} is not an IP address`, {
    expected: "an address such as 10.0.0.1 or fd00::1",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The one text of an address: dotted quad, or RFC 5952 (v4-mapped as `::ffff:10.0.0.1`, its section 5). */
export function formatAddress(address: Address): string {
  if (address.family === 4) return formatQuad(Number(address.value));
  if (address.value >> 32n === mappedPrefix) {
    return `::ffff:${formatQuad(Number(address.value & 0xffffffffn))}`;
  }
  return formatGroups(groupsOf(address.value));
}

function formatQuad(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function groupsOf(value: bigint): number[] {
  const high = value >> 64n;
  const groups: number[] = [];
  for (const half of [high, value & 0xffffffffffffffffn]) {
    for (let shift = 48n; shift >= 0n; shift -= 16n) groups.push(Number((half >> shift) & 0xffffn));
  }
  return groups;
}

/** RFC 5952 section 4: lower case, no leading zeros, the first longest run of two or more zero groups becomes `::`. */
function formatGroups(groups: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let first = 0; first < 8; first += 1) {
    let end = first;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - first > length) [start, length] = [first, end - first];
    if (end > first) first = end;
  }
  const hex = groups.map((group) => group.toString(16));
  if (start < 0) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

/** An address from 4 or 16 bytes in network order. */
export function addressFromBytes(bytes: Uint8Array): Address {
  if (bytes.length !== 4 && bytes.length !== 16) {
    throw new WeftError("INVALID_ARGUMENT", `an address has 4 or 16 bytes, not ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === 4) return { family: 4, value: BigInt(view.getUint32(0)) };
  return { family: 6, value: (view.getBigUint64(0) << 64n) | view.getBigUint64(8) };
}

/** The 4 or 16 bytes of an address in network order. */
export function addressToBytes(address: Address): Uint8Array {
  return address.family === 4 ? mappedBytes(address).slice(12) : mappedBytes(address);
}

/** 16 bytes for either family: IPv4 as `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2). */
export function mappedBytes(address: Address): Uint8Array {
  const value = address.family === 4 ? (mappedPrefix << 32n) | address.value : address.value;
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, value >> 64n);
  view.setBigUint64(8, value & 0xffffffffffffffffn);
  return bytes;
}

/** The reverse of `mappedBytes`: a v4-mapped value comes back as IPv4. */
export function addressFromMapped(bytes: Uint8Array): Address {
  const address = addressFromBytes(bytes);
  if (address.family === 4 || address.value >> 32n !== mappedPrefix) return address;
  return { family: 4, value: address.value & 0xffffffffn };
}

/** Order of addresses: IPv4 first, then by number. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/** Whether two addresses are the same. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
