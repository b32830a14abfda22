import { accept, type Decider, type Decision, type WeftEvent } from "@weft/log";
import { addressToBytes, type Prefix } from "@weft/netaddr";
import { choose, type Draft, newDraft, type Wish } from "./choose.ts";
import { evolveLeases, type Held, initialLeases, type LeaseState } from "./lease-state.ts";

/** What can be asked of a host's leases; the time comes with the command, because a rule has no clock. */
export type LeaseCommand =
  | {
      readonly kind: "Lease";
      readonly prefixes: { readonly ipv6: Prefix; readonly ipv4?: Prefix };
      readonly wishes: readonly Wish[];
      readonly nowMs: number;
    }
  | {
      readonly kind: "Release";
      readonly owners: readonly string[];
      /** They keep their IPv6 addresses. */
      readonly ipv4Only: boolean;
      readonly nowMs: number;
    };

/** The events of a host's leases as they are written. */
export type NewLeaseEvent = WeftEvent<"AddressesLeased" | "AddressesReleased">;

/** The rule of leases: one holder an address, one set of addresses an owner, and rest for what was released. */
export const leaseDecider: Decider<LeaseState, LeaseCommand, NewLeaseEvent> = {
  initial: initialLeases,
  evolve: evolveLeases,
  decide(command, state) {
    switch (command.kind) {
      case "Lease":
        return lease(command, state);
      case "Release":
        return release(command, state);
    }
  },
};

function lease(command: LeaseCommand & { kind: "Lease" }, state: LeaseState): Decision<NewLeaseEvent> {
  const draft: Draft = newDraft(state, command.prefixes, command.nowMs);
  for (const wish of command.wishes) {
    const refusal = choose(wish, draft);
    if (refusal !== undefined) return refusal;
  }
  if (draft.leases.size === 0) return accept();
  const leases = [...draft.leases].map(([owner, held]) => ({ owner, ...heldBytes(held) }));
  return accept({ type: "AddressesLeased", data: { leases } });
}

/** What an owner holds in its form on the wire; `ipv4` is empty when there is none. */
export function heldBytes(held: Held): { ipv6: Uint8Array; ipv4: Uint8Array } {
  return {
    ipv6: addressToBytes({ family: 6, value: held.ipv6 }),
    ipv4: held.ipv4 === undefined ? new Uint8Array() : addressToBytes({ family: 4, value: held.ipv4 }),
  };
}

function release(
  { owners, ipv4Only, nowMs }: LeaseCommand & { kind: "Release" },
  state: LeaseState,
): Decision<NewLeaseEvent> {
  // Who holds nothing has nothing to give back: releasing twice is not an error.
  const holds = (held: Held | undefined): boolean => (ipv4Only ? held?.ipv4 : held?.ipv6) !== undefined;
  const holding = [...new Set(owners)].filter((owner) => holds(state.leases.get(owner)));
  if (holding.length === 0) return accept();
  return accept({ type: "AddressesReleased", data: { owners: holding, releasedAtMs: nowMs, ipv4Only } });
}
