import { randomBytes } from "node:crypto";
import {
  formatPrefix,
  makeAddress,
  type Prefix,
  parsePrefix,
  prefixContains,
  prefixOf,
  WeftError,
} from "@weft/netaddr";

/** Texts of a pool: a ULA /48, and an IPv4 prefix. */
export interface PoolTexts {
  readonly ipv6: string;
  readonly ipv4: string;
}

const uniqueLocal = parsePrefix("fd00::/8");

/** What no host can have as its own address (RFC 6890), or is no single host's. */
const reserved: readonly Taken[] = [
  { prefix: "0.0.0.0/8", use: "means this network" },
  { prefix: "127.0.0.0/8", use: "is for loopback" },
  { prefix: "169.254.0.0/16", use: "is for links, and for the gateway of every container" },
  { prefix: "224.0.0.0/4", use: "is for multicast" },
  { prefix: "240.0.0.0/4", use: "is reserved" },
];

/** A prefix that something else has, and what that is. */
interface Taken {
  readonly prefix: string;
  readonly use: string;
}

/**
 * A pool of the user's choice, or one of our own: a random ULA /48 (RFC 4193 section 3.2.2), and 10.77.0.0/16.
 * INVALID_ARGUMENT when it holds an address of `underlays`, the prefixes between the hosts, or is impossible.
 */
export function choosePool(
  ipv6: string | undefined,
  ipv4: string | undefined,
  underlays: readonly string[] = [],
): PoolTexts {
  const taken = [...reserved, ...underlays.map((prefix) => ({ prefix, use: "is between the hosts" }))];
  return {
    ipv6: ipv6 === undefined ? formatPrefix(randomPrefix()) : checkIpv6(ipv6, taken),
    ipv4: ipv4 === undefined ? "10.77.0.0/16" : checkIpv4(ipv4, taken),
  };
}

function randomPrefix(): Prefix {
  const global = randomBytes(5).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return prefixOf(makeAddress(6, (0xfdn << 120n) | (global << 80n)), 48);
}

function checkIpv6(text: string, taken: readonly Taken[]): string {
  const prefix = parse(text, "--pool");
  if (prefix.address.family === 6 && prefix.length === 48 && prefixContains(uniqueLocal, prefix)) {
    return checkFree(text, prefix, taken, "--pool", "another /48 of fd00::/8, such as fd00:77:77::/48");
  }
  throw refusal(text, "--pool", "a /48 of fd00::/8, such as fd00:77:77::/48: a /64 for each host");
}

function checkIpv4(text: string, taken: readonly Taken[]): string {
  const prefix = parse(text, "--pool4");
  if (prefix.address.family === 4 && prefix.length >= 8 && prefix.length <= 20) {
    return checkFree(text, prefix, taken, "--pool4", "another IPv4 prefix, such as 10.77.0.0/16");
  }
  throw refusal(
    text,
    "--pool4",
    "an IPv4 prefix of length 8 to 20, such as 10.77.0.0/16: a /24 for each host",
  );
}

function checkFree(
  text: string,
  prefix: Prefix,
  taken: readonly Taken[],
  field: string,
  expected: string,
): string {
  const overlaps = (other: Prefix) => prefixContains(prefix, other) || prefixContains(other, prefix);
  const found = taken.find((one) => overlaps(parsePrefix(one.prefix)));
  if (found === undefined) return text;
  const message = `${text} cannot be the pool of a mesh: ${found.prefix} ${found.use}`;
  throw new WeftError("INVALID_ARGUMENT", message, { field, expected });
}

function parse(text: string, field: string): Prefix {
  try {
    return parsePrefix(text);
  } catch (cause) {
    if (!(cause instanceof WeftError)) throw cause;
    throw new WeftError(cause.code, cause.message, { ...cause, cause, field });
  }
}

function refusal(text: string, field: string, expected: string): WeftError {
  return new WeftError("INVALID_ARGUMENT", `${text} cannot be the pool of a mesh`, { field, expected });
}
