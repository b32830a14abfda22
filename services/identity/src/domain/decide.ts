import { accept, type Decider, type Decision, refuse, type WeftEvent } from "@weft/log";
import { type Labels, labelKey } from "@weft/netaddr";
import { firstIdentity, lastIdentity, reservedName } from "./reserved.ts";
import { evolve, type IdentityState, initial } from "./state.ts";

/** What identity can be asked to do. */
export type IdentityCommand =
  | {
      readonly kind: "Allocate";
      readonly sets: readonly Labels[];
      /** Whether it has to be said again that a number is allocated; default: none has. */
      readonly renews?: (identity: number) => boolean;
    }
  | { readonly kind: "Release"; readonly identities: readonly number[] }
  /** Gives back what nobody has used for long, also what this rule gave back before and the mesh had kept. */
  | {
      readonly kind: "Reclaim";
      readonly identities: readonly number[];
      readonly isWanted: (identity: number) => boolean;
    }
  /** Says again that numbers are allocated which were given back while a container had them: the mesh has kept them. */
  | { readonly kind: "Keep"; readonly used: ReadonlyMap<number, Labels> };

/** The events of identity as they are written. */
export type NewIdentityEvent = WeftEvent<"IdentitiesAllocated" | "IdentitiesReleased">;

/** The rule of identities: one number a set, one set a number, no number twice while another is left. */
export const identityDecider: Decider<IdentityState, IdentityCommand, NewIdentityEvent> = {
  initial,
  evolve,
  decide(command, state) {
    switch (command.kind) {
      case "Allocate":
        return allocate(command.sets, state, command.renews ?? (() => false));
      case "Release":
        return release(command.identities, state);
      case "Reclaim": {
        const identities = command.identities.filter((identity) => !command.isWanted(identity));
        return identities.length === 0
          ? accept()
          : accept({ type: "IdentitiesReleased", data: { identities } });
      }
      case "Keep":
        return keep(command.used, state);
    }
  },
};

function allocate(
  sets: readonly Labels[],
  state: IdentityState,
  renews: (identity: number) => boolean,
): Decision<NewIdentityEvent> {
  const wanted = new Map<string, Labels>();
  const renewed = new Map<number, Labels>();
  for (const labels of sets) {
    const key = labelKey(labels);
    const held = state.numbers.get(key);
    if (held === undefined) wanted.set(key, labels);
    else if (renews(held)) renewed.set(held, labels);
  }
  if (wanted.size + renewed.size === 0) return accept();
  const fresh = lastIdentity + 1 - state.next;
  const reusable = state.newest - state.oldest;
  if (wanted.size > fresh + reusable) {
    const message = `${wanted.size} identities wanted, ${fresh + reusable} of ${lastIdentity + 1 - firstIdentity} left`;
    return refuse("RESOURCE_EXHAUSTED", message, { field: "sets" });
  }
  const allocations = [...wanted.values()].map((labels, index) => ({
    identity: index < fresh ? state.next + index : oldestReleased(state, index - fresh),
    labels,
  }));
  const again = [...renewed].map(([identity, labels]) => ({ identity, labels }));
  return accept({ type: "IdentitiesAllocated", data: { allocations: [...again, ...allocations] } });
}

/** A set that has got another number since keeps that one; the old one goes when no container has it any more. */
function keep(used: ReadonlyMap<number, Labels>, state: IdentityState): Decision<NewIdentityEvent> {
  const allocations = [...used]
    .filter(([identity, labels]) => !state.sets.has(identity) && !state.numbers.has(labelKey(labels)))
    .map(([identity, labels]) => ({ identity, labels }));
  return allocations.length === 0 ? accept() : accept({ type: "IdentitiesAllocated", data: { allocations } });
}

/** Only once every number has been given out are released ones given again, and the one released longest ago first. */
function oldestReleased(state: IdentityState, position: number): number {
  return state.released.get(state.oldest + position) ?? 0;
}

function release(identities: readonly number[], state: IdentityState): Decision<NewIdentityEvent> {
  for (const [index, identity] of identities.entries()) {
    const field = `identities[${index}]`;
    const reserved = reservedName(identity);
    if (identity < firstIdentity || identity > lastIdentity) {
      const message = `${identity} is ${reserved === undefined ? "not the number of a label set" : `reserved for ${reserved}`}`;
      return refuse("INVALID_ARGUMENT", message, {
        field,
        expected: `a number from ${firstIdentity} to ${lastIdentity}`,
      });
    }
    if (!state.sets.has(identity)) {
      return refuse("NOT_FOUND", `no label set has the number ${identity}`, {
        field,
        expected: "an allocated number",
      });
    }
  }
  if (identities.length === 0) return accept();
  return accept({ type: "IdentitiesReleased", data: { identities: [...new Set(identities)] } });
}
