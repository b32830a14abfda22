import {
  type Address,
  addressFromBytes,
  addressToBytes,
  familyBits,
  formatAddress,
  makeAddress,
  parseAddress,
  sameAddress,
} from "./address.ts";
import { WeftError } from "./error.ts";

/** An IP prefix; the bits of `address` beyond `length` are zero. */
export type Prefix = { readonly address: Address; readonly length: number };

const expected = "a prefix such as 10.0.0.0/24 or fd00::/64";

/** Reads `fd00::/64`; host bits must be zero and the length plain decimal. */
export function parsePrefix(text: string): Prefix {
  const match = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text);
  if (match === null) throw invalid(text);
  const [, address = "", length = ""] = match;
  let parsed: Address;
  try {
    parsed = parseAddress(address);
  } catch (cause) {
    throw invalid(text, cause);
  }
  return makePrefix(parsed, Number(length));
}

function invalid(text: string, cause?: unknown): WeftError {
  return new WeftError("INVALID_ARGUMENT", `${JSON.stringify(text)} is not an IP prefix`, {
    expected,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A prefix from its parts; throws INVALID_ARGUMENT when the length is out of range or a host bit is set. */
export function makePrefix(address: Address, length: number): Prefix {
  const bits = familyBits(address.family);
  if (!Number.isInteger(length) || length < 0 || length > bits) {
    throw new WeftError("INVALID_ARGUMENT", `prefix length ${length} is not within 0..${bits}`, { expected });
  }
  const masked = maskAddress(address, length);
  if (masked.value !== address.value) {
    const right = `${formatAddress(masked)}/${length}`;
    const message = `${formatAddress(address)}/${length} has bits set after the prefix`;
    throw new WeftError("INVALID_ARGUMENT", message, { expected: right });
  }
  return { address, length };
}

/** The address with every bit after the first `length` cleared. */
function maskAddress(address: Address, length: number): Address {
  const shift = BigInt(familyBits(address.family) - length);
  return { family: address.family, value: (address.value >> shift) << shift };
}

/** The prefix of this length that holds the address. */
export function prefixOf(address: Address, length: number): Prefix {
  return makePrefix(maskAddress(address, length), length);
}

/** The one text of a prefix, e.g. `fd00::/64`. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}

/** Whether an address, or every address of another prefix, lies in the prefix; families never mix. */
export function prefixContains(prefix: Prefix, inner: Address | Prefix): boolean {
  const [address, length] =
    "family" in inner ? [inner, familyBits(inner.family)] : [inner.address, inner.length];
  if (address.family !== prefix.address.family || length < prefix.length) return false;
  return maskAddress(address, prefix.length).value === prefix.address.value;
}

/** Whether two prefixes are the same. */
export function samePrefix(a: Prefix, b: Prefix): boolean {
  return a.length === b.length && sameAddress(a.address, b.address);
}

/** Shape of `weft.v1.Prefix`: address bytes in network order and length. */
export type PrefixBytes = { readonly address: Uint8Array; readonly length: number };

/** A prefix from its form on the wire; refuses what is not a prefix (no address, host bits set). */
export function prefixFromBytes(wire: {
  readonly address?: Uint8Array | null | undefined;
  readonly length?: number | null | undefined;
}): Prefix {
  return makePrefix(addressFromBytes(wire.address ?? new Uint8Array()), wire.length ?? 0);
}

/** A prefix in its form on the wire (`weft.v1.Prefix`). */
export function prefixToBytes(prefix: Prefix): PrefixBytes {
  return { address: addressToBytes(prefix.address), length: prefix.length };
}

/** How many addresses a prefix holds. */
export function prefixSize(prefix: Prefix): bigint {
  return 1n << BigInt(familyBits(prefix.address.family) - prefix.length);
}

/** The n-th prefix of a length inside a prefix, counted from 0; RESOURCE_EXHAUSTED past the last. */
export function nthSubprefix(prefix: Prefix, length: number, n: bigint | number): Prefix {
  const bits = familyBits(prefix.address.family);
  if (!Number.isInteger(length) || length < prefix.length || length > bits) {
    const message = `/${length} does not fit into ${formatPrefix(prefix)}`;
    throw new WeftError("INVALID_ARGUMENT", message, {
      expected: `a length within ${prefix.length}..${bits}`,
    });
  }
  const index = BigInt(n);
  if (index < 0n || index >> BigInt(length - prefix.length) !== 0n) {
    throw new WeftError("RESOURCE_EXHAUSTED", `${formatPrefix(prefix)} has no /${length} number ${index}`);
  }
  const value = prefix.address.value + (index << BigInt(bits - length));
  return { address: makeAddress(prefix.address.family, value), length };
}

/** The n-th address of a prefix, counted from 0 (the prefix's own); RESOURCE_EXHAUSTED past the last. */
export function nthAddress(prefix: Prefix, n: bigint | number): Address {
  return nthSubprefix(prefix, familyBits(prefix.address.family), n).address;
}
