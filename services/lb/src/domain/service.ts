import { accept, type Decider, type ReadEvent, type WeftEvent } from "@weft/log";
import { parseManifests } from "@weft/manifest";

/** One Service's text on record; undefined when there is none. */
interface ServiceState {
  readonly source?: string;
}

/** What can be asked of one Service. The text has been checked. */
export type ServiceCommand =
  | {
      readonly kind: "Apply";
      readonly namespace: string;
      readonly name: string;
      readonly source: string;
      readonly file: string;
      readonly line: number;
    }
  | { readonly kind: "Remove"; readonly namespace: string; readonly name: string };

/** The events of a Service as they are written. */
export type NewServiceEvent = WeftEvent<"ServiceApplied" | "ServiceRemoved">;

/** The rule of one Service: on record is what was last applied, and what means the same is not recorded again. */
export const serviceDecider: Decider<ServiceState, ServiceCommand, NewServiceEvent> = {
  initial: {},
  evolve(_state, event: ReadEvent<"ServiceApplied" | "ServiceRemoved">) {
    return event.type === "ServiceApplied" ? { source: event.data.source } : {};
  },
  decide(command, state) {
    const { kind, ...data } = command;
    if (kind === "Remove") {
      return state.source === undefined ? accept() : accept({ type: "ServiceRemoved", data });
    }
    if (state.source !== undefined && sameMeaning(state.source, command.source)) return accept();
    return accept({ type: "ServiceApplied", data });
  },
};

/** Whether two texts say the same: comments, order of fields and layout mean nothing. */
export function sameMeaning(a: string, b: string): boolean {
  return a === b || meaning(a) === meaning(b);
}

function meaning(source: string): string {
  const { resources } = parseManifests([{ file: "", text: source, recorded: true }]);
  return JSON.stringify(sorted(resources.map(({ value }) => value)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
