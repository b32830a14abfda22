import { type Address, formatAddress, type Prefix, prefixSize } from "@weft/netaddr";

/** The addresses of a host's prefix that containers may have, both ends included, as numbers. */
export interface Range {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * What of a prefix can be leased. IPv6: neither the first 16 addresses (the subnet-router anycast address of RFC 4291
 * section 2.6.1, then the host's own) nor the last 128 (anycast, RFC 2526 section 2). IPv4: neither the first nor the last.
 */
export function leasableRange(prefix: Prefix): Range {
  const { family, value } = prefix.address;
  const [below, above] = family === 6 ? [16n, 128n] : [1n, 1n];
  return { family, first: value + below, last: value + prefixSize(prefix) - 1n - above };
}

/** How many addresses a range has. */
export function rangeSize(range: Range): bigint {
  return range.last - range.first + 1n;
}

/** Whether an address is one of the range. */
export function rangeHas(range: Range, address: Address): boolean {
  return address.family === range.family && address.value >= range.first && address.value <= range.last;
}

/** The range in words, for `expected`. */
export function describeRange({ family, first, last }: Range): string {
  return `an address from ${formatAddress({ family, value: first })} to ${formatAddress({ family, value: last })}`;
}

/**
 * The first address after `cursor` that is not taken, going round once; undefined when all are. Looks at no more addresses
 * than are taken, so that a /64 costs what its leases cost.
 */
export function nextFree(
  range: Range,
  cursor: bigint | undefined,
  isTaken: (value: bigint) => boolean,
): bigint | undefined {
  const inside = cursor !== undefined && cursor >= range.first && cursor < range.last;
  const start = inside ? cursor + 1n : range.first;
  let candidate = start;
  while (isTaken(candidate)) {
    candidate = candidate === range.last ? range.first : candidate + 1n;
    if (candidate === start) return undefined;
  }
  return candidate;
}
