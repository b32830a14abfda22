import type { Diagnostic, ErrorCode } from "@weft/netaddr";
import type { Read, WeftEvent } from "./events.ts";

/** What a command came to: one event, nothing to do, or no. */
export type Decision<Event extends WeftEvent = WeftEvent> =
  | { readonly kind: "accepted"; readonly event?: Event }
  | ({ readonly kind: "refused"; readonly code: ErrorCode; readonly message: string } & RefusalDetails);

/** What a refusal may say beside code and message. */
export type RefusalDetails = {
  readonly field?: string;
  readonly expected?: string;
  readonly diagnostics?: readonly Diagnostic[];
};

/** Yes: with the event that puts it on record, or without one when it is already so. */
export function accept<Event extends WeftEvent>(event?: Event): Decision<Event> {
  return event === undefined ? { kind: "accepted" } : { kind: "accepted", event };
}

/** No, and why. Nothing is appended. */
export function refuse(code: ErrorCode, message: string, details: RefusalDetails = {}): Decision<never> {
  return { kind: "refused", code, message, ...details };
}

/** The rule of one aggregate, pure: no clock, no broker. */
export type Decider<State, Command, Event extends WeftEvent> = {
  readonly initial: State;
  decide(command: Command, state: State): Decision<Event>;
  /** The state after an event; `revision` is the event's. */
  evolve(state: State, event: Read<Event>, revision: number): State;
};
