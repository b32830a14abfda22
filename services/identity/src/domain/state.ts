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
  const highest = allocations.reduce((most, { identity }) => Math.max(most, identity + 1), state.next);
  return {
    ...state,
    numbers: state.numbers.with(allocations.map(({ identity, labels }) => [labelKey(labels), identity])),
    sets: state.sets.with(allocations.map(({ identity, labels }) => [identity, labels])),
    next: highest,
    ...withoutReleased(
      state,
      allocations.map(({ identity }) => identity).filter((identity) => !state.sets.has(identity)),
    ),
  };
}

/** The queue of released numbers without some: mostly those at its old end, or one that was put there a moment ago. */
function withoutReleased(
  { released, oldest, newest, next }: IdentityState,
  taken: readonly number[],
): Pick<IdentityState, "released" | "oldest"> {
  const moved = new Map<number, number | undefined>();
  const at = (position: number) => (moved.has(position) ? moved.get(position) : released.get(position));
  let first = oldest;
  for (const identity of taken) {
    if (identity >= next || first === newest) continue;
    let position = newest - 1;
    if (at(first) === identity) position = first;
    else while (position >= first && at(position) !== identity) position -= 1;
    if (position < first) continue;
    // The oldest takes its place: the queue has no holes.
    moved.set(position, at(first));
    moved.set(first, undefined);
    first += 1;
  }
  return { released: released.with(moved), oldest: first };
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
