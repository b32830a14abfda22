import {
  type Address,
  addressFromBytes,
  type Prefix,
  prefixFromBytes,
  toWeftError,
  WeftError,
} from "@weft/netaddr";
import type { Request } from "@weft/rpc";
import type { Wish } from "./domain/choose.ts";
import type { Pool } from "./domain/pool-rules.ts";

/** Wishes and owners of one call, and of one event: with the longest owners an event stays below NATS's 1 MiB. */
export const wishLimit = 4096;
const ownerLimit = 128;

/** The pool of a request, or INVALID_ARGUMENT naming the field. */
export function poolOf(request: Request<"Ipam", "definePool">): Pool {
  if (!request.ipv6) {
    const expected = "a unique local /48 (RFC 4193), e.g. fd12:3456:789a::/48";
    throw new WeftError("INVALID_ARGUMENT", "no IPv6 prefix is given", { field: "ipv6", expected });
  }
  const ipv6 = inField("ipv6", () => prefixFromBytes(request.ipv6 ?? {}));
  const { ipv4 } = request;
  return ipv4 ? { ipv6, ipv4: inField("ipv4", (): Prefix => prefixFromBytes(ipv4)) } : { ipv6 };
}

/** A host's name, or INVALID_ARGUMENT. */
export function hostOf({ host }: { readonly host: string }): string {
  if (host.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(host)) return host;
  throw new WeftError("INVALID_ARGUMENT", `${JSON.stringify(host)} is not the name of a host`, {
    field: "host",
    expected: "a DNS name in lower case",
  });
}

/** The wishes of a request, or INVALID_ARGUMENT naming the field. */
export function wishesOf(request: Request<"Ipam", "lease">): Wish[] {
  checkCount("wishes", request.wishes.length);
  return request.wishes.map((wish, index) => {
    const field = `wishes[${index}]`;
    const ipv6 = exactOf(wish.ipv6Address, 6, `${field}.ipv6_address`);
    const ipv4 = exactOf(wish.ipv4Address, 4, `${field}.ipv4_address`);
    return {
      owner: checkOwner(wish.owner ?? "", `${field}.owner`),
      ipv4: wish.ipv4 ?? false,
      field,
      ...(ipv6 && { ipv6Address: ipv6 }),
      ...(ipv4 && { ipv4Address: ipv4 }),
    };
  });
}

/** The owners of a release, or INVALID_ARGUMENT naming the field. */
export function ownersOf({ owners }: Request<"Ipam", "release">): string[] {
  checkCount("owners", owners.length);
  return owners.map((owner, index) => checkOwner(owner, `owners[${index}]`));
}

function exactOf(bytes: Uint8Array | null | undefined, family: 4 | 6, field: string): Address | undefined {
  if (!bytes || bytes.length === 0) return undefined;
  const address = inField(field, () => addressFromBytes(bytes));
  if (address.family === family) return address;
  throw new WeftError("INVALID_ARGUMENT", `an IPv${address.family} address where IPv${family} belongs`, {
    field,
    expected: `${family === 6 ? 16 : 4} bytes`,
  });
}

function checkOwner(owner: string, field: string): string {
  if (owner.length <= ownerLimit && /^[!-~]+$/.test(owner)) return owner;
  const message = `${JSON.stringify(owner.slice(0, ownerLimit))} is not the name of an owner`;
  const expected = `1 to ${ownerLimit} printable ASCII characters without spaces`;
  throw new WeftError("INVALID_ARGUMENT", message, { field, expected });
}

function checkCount(field: string, count: number): void {
  if (count <= wishLimit) return;
  throw new WeftError("INVALID_ARGUMENT", `${count} ${field} in one call`, {
    field,
    expected: `at most ${wishLimit}`,
  });
}

function inField<Result>(field: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (thrown) {
    const { code, message, expected } = toWeftError(thrown);
    throw new WeftError(code, message, {
      cause: thrown,
      field,
      ...(expected === undefined ? {} : { expected }),
    });
  }
}
