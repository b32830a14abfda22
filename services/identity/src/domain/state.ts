import type { ReadEvent } from "@weft/log";
import { type Labels, labelKey } from "@weft/netaddr";
import { firstIdentity } from "./reserved.ts";
import { emptyTable, type Table } from "./table.ts";

/** What identity puts on record. */
type IdentityEvent = ReadEvent<"IdentitiesAllocated" | "IdentitiesReleased">;

/** Which label set has which number, and which numbers have been given back. */
export interface IdentityState {
  /** By `labelKey` of the set. */
  readonly numbers: Table<string, number>;
  readonly sets: Table<number, Labels>;
  /** Lowest number that was never given out. */
  readonly next: number;
  /** A queue of released numbers, oldest first: positions `oldest` to `newest` - 1. */
  readonly released: Table<number, number>;
  readonly oldest: number;
  readonly newest: number;
}

/** Before the first event. */
export const initial: IdentityState = {
  numbers: emptyTable(),
  sets: emptyTable(),
  next: firstIdentity,
  released: emptyTable(),
  oldest: 0,
  newest: 0,
};

/** The state after an event. */
export function evolve(state: IdentityState, event: IdentityEvent): IdentityState {
  switch (event.type) {
    case "IdentitiesAllocated":
      return allocated(state, event.data.allocations);
    case "IdentitiesReleased":
      return released(state, event.data.identities);
  }
}

function allocated(
  state: IdentityState,
  allocations: readonly { readonly identity: number; readonly labels: Labels }[],
): IdentityState {
  // A number below `next` is one that was released; they are taken from the old end of the queue.
  const again = allocations.filter(
    ({ identity }) => identity < state.next && !state.sets.has(identity),
  ).length;
  const highest = allocations.reduce((most, { identity }) => Math.max(most, identity + 1), state.next);
  return {
    ...state,
    numbers: state.numbers.with(allocations.map(({ identity, labels }) => [labelKey(labels), identity])),
    sets: state.sets.with(allocations.map(({ identity, labels }) => [identity, labels])),
    next: highest,
    released: state.released.with(positions(state.oldest, again).map((position) => [position, undefined])),
    oldest: state.oldest + again,
  };
}

function released(state: IdentityState, named: readonly number[]): IdentityState {
  // What was given back already waits in the queue.
  const identities = [...new Set(named)].filter((identity) => state.sets.has(identity));
  const keys = identities.map((identity) => labelKey(state.sets.get(identity) ?? {}));
  return {
    ...state,
    numbers: state.numbers.with(keys.map((key) => [key, undefined])),
    sets: state.sets.with(identities.map((identity) => [identity, undefined])),
    released: state.released.with(identities.map((identity, index) => [state.newest + index, identity])),
    newest: state.newest + identities.length,
  };
}

function positions(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
