import { accept, type Decider, type WeftEvent } from "@weft/log";

/** One policy as it is on record; undefined: there is none (any more). */
export type PolicyState = { readonly source: string } | undefined;

/** What can be asked of a policy. The text has been checked: whether it is good is no matter of the log. */
export type PolicyCommand =
  | {
      readonly kind: "Apply";
      readonly namespace: string;
      readonly name: string;
      readonly source: string;
      readonly file: string;
      readonly line: number;
    }
  | { readonly kind: "Remove"; readonly namespace: string; readonly name: string };

/** The events of a policy. */
export type PolicyEvent = WeftEvent<"PolicyApplied" | "PolicyRemoved">;

/** The rule of one policy: the text that was applied last holds; the same text again changes nothing. */
export const policyDecider: Decider<PolicyState, PolicyCommand, PolicyEvent> = {
  initial: undefined,
  decide(command, state) {
    if (command.kind === "Remove") {
      if (state === undefined) return accept();
      return accept({
        type: "PolicyRemoved",
        data: { namespace: command.namespace, name: command.name },
      });
    }
    if (state?.source === command.source) return accept();
    const { namespace, name, source, file, line } = command;
    const data = { namespace, name, kind: "NetworkPolicy", source, file, line };
    return accept({ type: "PolicyApplied", data });
  },
  evolve(_state, event) {
    return event.type === "PolicyApplied" ? { source: event.data.source } : undefined;
  },
};
