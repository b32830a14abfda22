import type { ReadEvent } from "@weft/log";
import { addressFromBytes } from "@weft/netaddr";

/** What one owner holds; addresses as numbers. */
export interface Held {
  readonly ipv6: bigint;
  readonly ipv4?: bigint;
}

/** A released address that nobody else gets for a while. */
interface Resting {
  readonly owner: string;
  readonly releasedAtMs: number;
}

/** One family's addresses on a host. */
export interface FamilyState {
  readonly holders: ReadonlyMap<bigint, string>;
  readonly resting: ReadonlyMap<bigint, Resting>;
  /** The address leased last; the next one is looked for after it. */
  readonly cursor?: bigint;
}

/** The leases of one host. */
export interface LeaseState {
  readonly leases: ReadonlyMap<string, Held>;
  readonly ipv6: FamilyState;
  readonly ipv4: FamilyState;
}

/**
 * How long a released address rests: the longest a packet can be on its way (maximum segment lifetime, RFC 9293 section
 * 3.4.1).
 */
export const restMs = 120_000;

const noAddresses: FamilyState = { holders: new Map(), resting: new Map() };

/** A host without leases. */
export const initialLeases: LeaseState = { leases: new Map(), ipv6: noAddresses, ipv4: noAddresses };

/** The state after an event. */
export function evolveLeases(
  state: LeaseState,
  event: ReadEvent<"AddressesLeased" | "AddressesReleased">,
): LeaseState {
  switch (event.type) {
    case "AddressesLeased":
      return leased(state, event.data.leases);
    case "AddressesReleased":
      return released(state, event.data);
  }
}

type WireLease = ReadEvent<"AddressesLeased">["data"]["leases"][number];

function leased(state: LeaseState, leases: readonly WireLease[]): LeaseState {
  const next = new Map(state.leases);
  const ipv6 = new Map<bigint, string>();
  const ipv4 = new Map<bigint, string>();
  for (const lease of leases) {
    const held = { ipv6: addressFromBytes(lease.ipv6).value };
    ipv6.set(held.ipv6, lease.owner);
    if (lease.ipv4.length === 0) {
      next.set(lease.owner, held);
      continue;
    }
    const value = addressFromBytes(lease.ipv4).value;
    ipv4.set(value, lease.owner);
    next.set(lease.owner, { ...held, ipv4: value });
  }
  return { leases: next, ipv6: taken(state.ipv6, ipv6), ipv4: taken(state.ipv4, ipv4) };
}

function taken(family: FamilyState, added: ReadonlyMap<bigint, string>): FamilyState {
  // An owner that asks for IPv4 later has its IPv6 address recorded again; that moves nothing.
  const fresh = [...added].filter(([value]) => !family.holders.has(value));
  const last = fresh.at(-1);
  if (last === undefined) return family;
  const resting = new Map(family.resting);
  for (const [value] of fresh) resting.delete(value);
  return { holders: new Map([...family.holders, ...fresh]), resting, cursor: last[0] };
}

type Released = ReadEvent<"AddressesReleased">["data"];

function released(state: LeaseState, { owners, releasedAtMs, ipv4Only }: Released): LeaseState {
  const leases = new Map(state.leases);
  const gone6: (readonly [bigint, string])[] = [];
  const gone4: (readonly [bigint, string])[] = [];
  for (const owner of owners) {
    const held = leases.get(owner);
    if (held === undefined) continue;
    if (held.ipv4 !== undefined) gone4.push([held.ipv4, owner]);
    if (ipv4Only) {
      leases.set(owner, { ipv6: held.ipv6 });
      continue;
    }
    leases.delete(owner);
    gone6.push([held.ipv6, owner]);
  }
  const ipv6 = freed(state.ipv6, gone6, releasedAtMs);
  return { leases, ipv6, ipv4: freed(state.ipv4, gone4, releasedAtMs) };
}

function freed(
  family: FamilyState,
  gone: readonly (readonly [bigint, string])[],
  releasedAtMs: number,
): FamilyState {
  const holders = new Map(family.holders);
  const resting = new Map([...family.resting].filter(([, rest]) => isResting(rest, releasedAtMs)));
  for (const [value, owner] of gone) {
    holders.delete(value);
    resting.set(value, { owner, releasedAtMs });
  }
  return { ...family, holders, resting };
}

/** Whether an address still rests at a time. */
export function isResting({ releasedAtMs }: Resting, nowMs: number): boolean {
  return nowMs < releasedAtMs + restMs;
}
