// A host on record: joined once, changed when something about it is different. Subject weft.log.host.<host>.
import { isDeepStrictEqual } from "node:util";
import { accept, type Decider, type NewEventData, readForm, type WeftEvent } from "@weft/log";

/** Events of a host. */
type HostEvent = WeftEvent<"HostJoined" | "HostChanged" | "HostLeft" | "DriftRepaired">;

/** What a host says of itself. */
export type HostData = NewEventData<"HostJoined">;

/** What is on record; undefined: the host is not part of the mesh. */
type HostState = HostData | undefined;

/** What may be put on record about a host: how it is, and what somebody else had changed and is as it should be again. */
type HostCommand =
  | { readonly kind: "state"; readonly data: HostData }
  | { readonly kind: "repair"; readonly data: NewEventData<"DriftRepaired"> };

function same(a: HostData, b: HostData): boolean {
  const read = (data: HostData) => readForm({ type: "HostJoined", data }).data;
  return isDeepStrictEqual(read(a), read(b));
}

/** The rules of a host's membership. */
export const hostDecider: Decider<HostState, HostCommand, HostEvent> = {
  initial: undefined,
  decide(command, state) {
    if (command.kind === "repair") {
      return state === undefined ? accept() : accept({ type: "DriftRepaired", data: command.data });
    }
    const { data } = command;
    if (state === undefined) return accept({ type: "HostJoined", data });
    return same(state, data) ? accept() : accept({ type: "HostChanged", data });
  },
  evolve(state, event) {
    if (event.type === "HostLeft") return undefined;
    if (event.type === "DriftRepaired") return state;
    const { ipv6, ipv4, ...rest } = event.data;
    return { ...rest, ...(ipv6 === null ? {} : { ipv6 }), ...(ipv4 === null ? {} : { ipv4 }) };
  },
};
