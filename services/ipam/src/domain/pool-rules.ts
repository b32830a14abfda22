import type { RefusalDetails } from "@weft/log";
import { formatPrefix, type Prefix, parsePrefix, prefixContains } from "@weft/netaddr";

/** The address space of a mesh. */
export interface Pool {
  readonly ipv6: Prefix;
  readonly ipv4?: Prefix;
}

/** What is wrong with a pool that was asked for. */
interface PoolFault extends RefusalDetails {
  readonly message: string;
}

/** Length of a host's prefixes. */
export const hostLength = { ipv6: 64, ipv4: 24 } as const;

/** Locally assigned unique local addresses (RFC 4193 section 3.1: fc00::/7 with the L bit set). */
const uniqueLocal = parsePrefix("fd00::/8");

/** IPv4 that is no one else's: RFC 1918 section 3, and the shared space of RFC 6598. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(parsePrefix);

/** Why a pool is impossible; undefined when it is not. */
export function poolFault({ ipv6, ipv4 }: Pool): PoolFault | undefined {
  return ipv6Fault(ipv6) ?? (ipv4 === undefined ? undefined : ipv4Fault(ipv4));
}

function ipv6Fault(prefix: Prefix): PoolFault | undefined {
  const rule = { field: "ipv6", expected: "a unique local /48 (RFC 4193), e.g. fd12:3456:789a::/48" };
  const text = formatPrefix(prefix);
  if (prefix.address.family !== 6) return { message: `${text} is not IPv6`, ...rule };
  if (!prefixContains(uniqueLocal, prefix)) return { message: `${text} is not within fd00::/8`, ...rule };
  if (prefix.length !== 48) return { message: `${text} is a /${prefix.length}`, ...rule };
  return undefined;
}

function ipv4Fault(prefix: Prefix): PoolFault | undefined {
  const text = formatPrefix(prefix);
  const field = "ipv4";
  const ranges = `a private range, within ${privateRanges.map(formatPrefix).join(", ")}`;
  if (prefix.address.family !== 4) return { message: `${text} is not IPv4`, field, expected: ranges };
  if (!privateRanges.some((range) => prefixContains(range, prefix))) {
    return { message: `${text} is not a private range`, field, expected: ranges };
  }
  if (prefix.length > hostLength.ipv4) {
    const expected = `a prefix of at most ${hostLength.ipv4} bits: every host gets a /${hostLength.ipv4}`;
    return { message: `${text} is too small for one host`, field, expected };
  }
  return undefined;
}

/** How many hosts a pool has room for: /64 number 0 is kept for virtual addresses, every host has one of the others. */
export function poolCapacity({ ipv6, ipv4 }: Pool): number {
  const byIpv6 = 2 ** (hostLength.ipv6 - ipv6.length) - 1;
  return ipv4 === undefined ? byIpv6 : Math.min(byIpv6, 2 ** (hostLength.ipv4 - ipv4.length));
}
