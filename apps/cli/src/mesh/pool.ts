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

/** A pool of the user's choice, or one of our own: a random ULA /48 (RFC 4193 section 3.2.2), and 10.77.0.0/16. */
export function choosePool(ipv6: string | undefined, ipv4: string | undefined): PoolTexts {
  return {
    ipv6: ipv6 === undefined ? formatPrefix(randomPrefix()) : checkIpv6(ipv6),
    ipv4: ipv4 === undefined ? "10.77.0.0/16" : checkIpv4(ipv4),
  };
}

function randomPrefix(): Prefix {
  const global = randomBytes(5).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return prefixOf(makeAddress(6, (0xfdn << 120n) | (global << 80n)), 48);
}

function checkIpv6(text: string): string {
  const prefix = parse(text, "--pool");
  if (prefix.address.family === 6 && prefix.length === 48 && prefixContains(uniqueLocal, prefix)) return text;
  throw refusal(text, "--pool", "a /48 of fd00::/8, such as fd00:77:77::/48: a /64 for each host");
}

function checkIpv4(text: string): string {
  const prefix = parse(text, "--pool4");
  if (prefix.address.family === 4 && prefix.length >= 8 && prefix.length <= 20) return text;
  throw refusal(
    text,
    "--pool4",
    "an IPv4 prefix of length 8 to 20, such as 10.77.0.0/16: a /24 for each host",
  );
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
