import {
  type Address,
  familyBits,
  formatPrefix,
  type Prefix,
  parseAddress,
  prefixContains,
  prefixOf,
} from "@weft/netaddr";
import * as z from "zod";
import type { IpBlock } from "./network-policy.ts";

const expected = "a prefix such as 10.1.0.0/16 or fd00::/64";

/**
 * An ipBlock, each prefix with its host bits cut off (as Kubernetes does, with a warning). IPv4-mapped IPv6 prefixes are
 * refused, as it is a matter of taste which packets they mean; so are octets with leading zeros.
 */
export const ipBlockSchema = z
  .strictObject({ cidr: z.string().check(checkCidr), except: z.array(z.string().check(checkCidr)).nullish() })
  .check(({ value, issues }) => {
    const cidr = readPrefix(value.cidr);
    if (typeof cidr === "string") return;
    for (const [index, text] of (value.except ?? []).entries()) {
      const hole = readPrefix(text);
      if (typeof hole === "string" || (prefixContains(cidr, hole) && hole.length > cidr.length)) continue;
      const inside = `a prefix inside of ${formatPrefix(cidr)} and longer than it`;
      const params = { expected: inside };
      issues.push({ code: "custom", input: value, path: ["except", index], message: `is "${text}"`, params });
    }
  })
  .transform(({ cidr, except }): IpBlock => ({ cidr: prefixIn(cidr), except: (except ?? []).map(prefixIn) }));

/** A prefix, its host bits cut off; the same are refused as in an ipBlock. */
export const cidrSchema = z.string().check(checkCidr).transform(prefixIn);

function checkCidr({ value, issues }: z.core.ParsePayload<string>): void {
  const read = readPrefix(value);
  if (typeof read !== "string") return;
  issues.push({
    code: "custom",
    input: value,
    message: `is ${JSON.stringify(value)}`,
    params: { expected: read },
  });
}

function prefixIn(text: string): Prefix {
  const read = readPrefix(text);
  if (typeof read === "string") throw new TypeError(`${text} is not ${read}`);
  return read;
}

// The prefix, or what was expected.
function readPrefix(text: string): Prefix | string {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = match?.[1] === undefined ? undefined : tryAddress(match[1]);
  const length = Number(match?.[2]);
  if (address === undefined || length > familyBits(address.family)) return expected;
  const mapped = address.family === 6 && length >= 96 && address.value >> 32n === 0xffffn;
  return mapped ? "an IPv4 prefix in its own form" : prefixOf(address, length);
}

function tryAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}
