import { accept, type Decider, type WeftEvent } from "@weft/log";
import { type Labels, sameLabels } from "@weft/netaddr";

/** One namespace as it is on record; undefined: there is none (any more). */
type NamespaceState = { readonly labels: Labels } | undefined;

/** What can be asked of a namespace. */
type NamespaceCommand =
  | { readonly kind: "Apply"; readonly name: string; readonly labels: Labels }
  | { readonly kind: "Remove"; readonly name: string };

/** The events of a namespace. */
type NamespaceEvent = WeftEvent<"NamespaceApplied" | "NamespaceRemoved">;

/** The rule of one namespace: its labels are those applied last. */
export const namespaceDecider: Decider<NamespaceState, NamespaceCommand, NamespaceEvent> = {
  initial: undefined,
  decide(command, state) {
    const { name } = command;
    if (command.kind === "Remove") {
      return state === undefined ? accept() : accept({ type: "NamespaceRemoved", data: { name } });
    }
    if (state !== undefined && sameLabels(state.labels, command.labels)) return accept();
    return accept({ type: "NamespaceApplied", data: { name, labels: { ...command.labels } } });
  },
  evolve(_state, event) {
    return event.type === "NamespaceApplied" ? { labels: event.data.labels } : undefined;
  },
};
