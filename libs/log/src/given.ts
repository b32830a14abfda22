import assert from "node:assert/strict";
import type { ErrorCode } from "@weft/netaddr";
import type { Decider } from "./decider.ts";
import { readForm, type WeftEvent } from "./events.ts";

/** What a decider made of a command, to be claimed. */
export type Then<State, Event extends WeftEvent> = {
  /** It accepts, and this event puts it on record. */
  then(event: Event): void;
  /** It accepts, and there is nothing to put on record. */
  thenNothing(): void;
  /** It refuses with this code. */
  thenRefused(code: ErrorCode, message?: RegExp): void;
  /** The state after what it decided. */
  state(): State;
};

/** A history, waiting for a command. */
export type Given<State, Command, Event extends WeftEvent> = {
  when(command: Command): Then<State, Event>;
  /** The state the history leads to. */
  state(): State;
};

/** The specification of a decider: `specify(poolDecider)(leased("a")).when(lease("b")).then(leased("b"))`. */
export function specify<State, Command, Event extends WeftEvent>(
  decider: Decider<State, Command, Event>,
): (...events: readonly Event[]) => Given<State, Command, Event> {
  const replay = (events: readonly Event[]): State =>
    events.reduce(
      (state, event, index) => decider.evolve(state, readForm(event), index + 1),
      decider.initial,
    );
  return (...events) => ({
    state: () => replay(events),
    when(command) {
      const state = replay(events);
      const decision = decider.decide(command, state);
      const event = decision.kind === "accepted" ? decision.event : undefined;
      return {
        // biome-ignore lint/suspicious/noThenProperty: given, when, then; never awaited.
        then(expected) {
          assert.equal(decision.kind, "accepted", JSON.stringify(decision));
          assert.deepEqual(event === undefined ? undefined : readForm(event), readForm(expected));
        },
        thenNothing() {
          assert.deepEqual(decision, { kind: "accepted" });
        },
        thenRefused(code, message = /./) {
          assert.ok(decision.kind === "refused", `accepted: ${JSON.stringify(decision)}`);
          assert.equal(decision.code, code);
          assert.match(decision.message, message);
        },
        state: () =>
          event === undefined ? state : decider.evolve(state, readForm(event), events.length + 1),
      };
    },
  });
}
