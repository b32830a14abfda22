import { accept, type Decider, type WeftEvent } from "@weft/log";
import type { PolicyKind } from "@weft/policy";

/** One policy as it is on record; undefined: there is none (any more). */
type PolicyState = { readonly source: string } | undefined;

/** What can be asked of a policy. The text has been checked: whether it is good is no matter of the log. */
type PolicyCommand =
  | {
      readonly kind: "Apply";
      readonly policyKind: PolicyKind;
      readonly namespace: string;
      readonly name: string;
      readonly source: string;
      readonly file: string;
      readonly line: number;
    }
  | {
      readonly kind: "Remove";
      readonly policyKind: PolicyKind;
      readonly namespace: string;
      readonly name: string;
    };

/** The events of a policy. */
type PolicyEvent = WeftEvent<"PolicyApplied" | "PolicyRemoved">;

/** The rule of one policy: the text that was applied last holds; the same text again changes nothing. */
export const policyDecider: Decider<PolicyState, PolicyCommand, PolicyEvent> = {
  initial: undefined,
  decide(command, state) {
    const { policyKind, namespace, name } = command;
    const named = { kind: policyKind, namespace, name };
    if (command.kind === "Remove") {
      return state === undefined ? accept() : accept({ type: "PolicyRemoved", data: named });
    }
    const { source, file, line } = command;
    if (state?.source === source) return accept();
    return accept({ type: "PolicyApplied", data: { ...named, source, file, line } });
  },
  evolve(_state, event) {
    return event.type === "PolicyApplied" ? { source: event.data.source } : undefined;
  },
};
