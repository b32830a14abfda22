import { accept, type Decider, type NewEventData, type WeftEvent } from "@weft/log";
import type { Diagnostic } from "@weft/netaddr";

/** What is on record of one digest: nothing, an object, or why there can be none. */
export type ObjectState =
  | { readonly kind: "Unknown" }
  | { readonly kind: "Built"; readonly name: string; readonly content: string; readonly revision: number }
  | { readonly kind: "Refused"; readonly diagnostics: readonly Diagnostic[]; readonly revision: number };

/** What a compiler made of the inputs behind the digest. */
export type ObjectCommand =
  | { readonly kind: "Built"; readonly data: NewEventData<"ObjectBuilt"> }
  | { readonly kind: "Refused"; readonly data: NewEventData<"ObjectRefused"> };

/** The events of an object. */
type ObjectEvent = WeftEvent<"ObjectBuilt" | "ObjectRefused">;

/** The rule of one object: the first result holds. Equal inputs give equal bytes, so a second one says nothing new. */
export const objectDecider: Decider<ObjectState, ObjectCommand, ObjectEvent> = {
  initial: { kind: "Unknown" },
  decide(command, state) {
    if (state.kind !== "Unknown") return accept();
    if (command.kind === "Built") return accept({ type: "ObjectBuilt", data: command.data });
    return accept({ type: "ObjectRefused", data: command.data });
  },
  evolve(_state, event, revision) {
    if (event.type === "ObjectBuilt") {
      const { name, content } = event.data;
      return { kind: "Built", name, content, revision };
    }
    return { kind: "Refused", diagnostics: event.data.diagnostics, revision };
  },
};
