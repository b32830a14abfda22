import { type Decision, refuse } from "@weft/log";
import { type Address, formatAddress, formatPrefix, type Prefix } from "@weft/netaddr";
import { type FamilyState, type Held, isResting, type LeaseState, restMs } from "./lease-state.ts";
import { describeRange, leasableRange, nextFree, type Range, rangeHas, rangeSize } from "./range.ts";

/** One owner's wish. */
export interface Wish {
  readonly owner: string;
  readonly ipv4: boolean;
  /** Exact addresses wanted. */
  readonly ipv6Address?: Address;
  readonly ipv4Address?: Address;
  /** Where the wish stands in its request, for refusals: "wishes[3]". */
  readonly field: string;
}

type Refusal = Decision<never>;
type Chosen = bigint | Refusal;

interface FamilyDraft {
  readonly before: FamilyState;
  readonly prefix: Prefix;
  readonly range: Range;
  readonly added: Map<bigint, string>;
  cursor: bigint | undefined;
}

/** A decision being made: what was there, and what the wishes so far have taken. */
export interface Draft {
  readonly state: LeaseState;
  readonly nowMs: number;
  readonly leases: Map<string, Held>;
  readonly ipv6: FamilyDraft;
  readonly ipv4: FamilyDraft | undefined;
}

/** A draft without wishes yet. */
export function newDraft(
  state: LeaseState,
  prefixes: { readonly ipv6: Prefix; readonly ipv4?: Prefix },
  nowMs: number,
): Draft {
  const family = (before: FamilyState, prefix: Prefix): FamilyDraft => ({
    before,
    prefix,
    range: leasableRange(prefix),
    added: new Map(),
    cursor: before.cursor,
  });
  return {
    state,
    nowMs,
    leases: new Map(),
    ipv6: family(state.ipv6, prefixes.ipv6),
    ipv4: prefixes.ipv4 && family(state.ipv4, prefixes.ipv4),
  };
}

/** Puts what a wish still needs into the draft; a refusal when it cannot be had. */
export function choose(wish: Wish, draft: Draft): Refusal | undefined {
  const held = draft.leases.get(wish.owner) ?? draft.state.leases.get(wish.owner);
  const ipv6 = settle(draft, draft.ipv6, wish, held?.ipv6, wish.ipv6Address, "ipv6_address");
  if (typeof ipv6 !== "bigint") return ipv6;
  const wantsIpv4 = wish.ipv4 || wish.ipv4Address !== undefined;
  if (!wantsIpv4) {
    if (held === undefined) draft.leases.set(wish.owner, { ipv6 });
    return undefined;
  }
  if (draft.ipv4 === undefined) {
    const details = { field: `${wish.field}.ipv4`, expected: "a pool with an IPv4 prefix" };
    return refuse("FAILED_PRECONDITION", "the mesh has no IPv4", details);
  }
  const ipv4 = settle(draft, draft.ipv4, wish, held?.ipv4, wish.ipv4Address, "ipv4_address");
  if (typeof ipv4 !== "bigint") return ipv4;
  if (held?.ipv4 === undefined) draft.leases.set(wish.owner, { ipv6, ipv4 });
  return undefined;
}

/** The address of one family: the one held, the exact one wished for, or the next free. */
function settle(
  draft: Draft,
  family: FamilyDraft,
  wish: Wish,
  held: bigint | undefined,
  exact: Address | undefined,
  name: string,
): Chosen {
  const field = `${wish.field}.${name}`;
  if (held !== undefined) {
    if (exact === undefined || exact.value === held) return held;
    const has = formatAddress({ family: family.range.family, value: held });
    const message = `${wish.owner} holds ${has}, not ${formatAddress(exact)}`;
    return refuse("FAILED_PRECONDITION", message, { field, expected: has });
  }
  const chosen =
    exact === undefined ? anyAddress(draft, family, field) : exactAddress(draft, family, wish, exact, field);
  if (typeof chosen === "bigint") {
    family.added.set(chosen, wish.owner);
    family.cursor = chosen;
  }
  return chosen;
}

function anyAddress(draft: Draft, family: FamilyDraft, field: string): Chosen {
  const { holders, resting } = family.before;
  const isTaken = (value: bigint) => {
    if (holders.has(value) || family.added.has(value)) return true;
    const rest = resting.get(value);
    return rest !== undefined && isResting(rest, draft.nowMs);
  };
  const found = nextFree(family.range, family.cursor, isTaken);
  if (found !== undefined) return found;
  const held = holders.size + family.added.size;
  const rest = Number(rangeSize(family.range)) - held;
  const message =
    `all ${rangeSize(family.range)} addresses of ${formatPrefix(family.prefix)} are taken: ` +
    `${held} held, ${rest} released less than ${restMs / 1000} s ago`;
  return refuse("RESOURCE_EXHAUSTED", message, { field });
}

function exactAddress(draft: Draft, family: FamilyDraft, wish: Wish, exact: Address, field: string): Chosen {
  const text = formatAddress(exact);
  if (!rangeHas(family.range, exact)) {
    const expected = describeRange(family.range);
    return refuse("INVALID_ARGUMENT", `${text} is not one of this host's addresses`, { field, expected });
  }
  const holder = family.before.holders.get(exact.value) ?? family.added.get(exact.value);
  if (holder !== undefined) return refuse("ALREADY_EXISTS", `${text} is held by ${holder}`, { field });
  const rest = family.before.resting.get(exact.value);
  if (rest !== undefined && rest.owner !== wish.owner && isResting(rest, draft.nowMs)) {
    const seconds = Math.ceil((rest.releasedAtMs + restMs - draft.nowMs) / 1000);
    const message = `${text} was released by ${rest.owner} and rests for another ${seconds} s`;
    return refuse("FAILED_PRECONDITION", message, { field, expected: "another address, or the same later" });
  }
  return exact.value;
}
