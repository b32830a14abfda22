// The life of one container on record: attached, relabelled, changed, detached. Subject weft.log.endpoint.<host>.<id>.
import { accept, type Decider, type Decision, type NewEventData, refuse, type WeftEvent } from "@weft/log";
import { type Labels, labelKey } from "@weft/netaddr";
import { toHex } from "./bytes.ts";

/** Events of a container. */
export type EndpointEvent = WeftEvent<
  "EndpointAttached" | "EndpointRelabelled" | "EndpointChanged" | "EndpointDetached"
>;

/** What is known of a container; undefined: it is not attached. */
type EndpointState =
  | {
      readonly namespace: string;
      readonly name: string;
      readonly netns: string;
      readonly labels: Labels;
      readonly identity: number;
      /** Hexadecimal; "" when it has none. */
      readonly ipv4: string;
    }
  | undefined;

/** What may be asked of a container. */
export type EndpointCommand =
  | { readonly kind: "attach"; readonly data: NewEventData<"EndpointAttached"> }
  | {
      readonly kind: "relabel";
      readonly host: string;
      readonly id: string;
      readonly labels: Labels;
      readonly identity: number;
    }
  | { readonly kind: "change"; readonly host: string; readonly id: string; readonly ipv4: Uint8Array }
  | { readonly kind: "detach"; readonly host: string; readonly id: string };

function decide(command: EndpointCommand, state: EndpointState): Decision<EndpointEvent> {
  switch (command.kind) {
    case "attach": {
      const { namespace, name, netns, id } = command.data;
      if (state === undefined) return accept({ type: "EndpointAttached", data: command.data });
      const same = state.namespace === namespace && state.name === name && state.netns === netns;
      if (same) return accept(); // Asking twice is not an error.
      return refuse(
        "ALREADY_EXISTS",
        `container ${id} is ${state.namespace}/${state.name} in ${state.netns}`,
      );
    }
    case "relabel": {
      const { host, id, labels, identity } = command;
      if (state === undefined) return refuse("NOT_FOUND", `there is no container ${id} on ${host}`);
      if (labelKey(state.labels) === labelKey(labels) && state.identity === identity) return accept();
      return accept({ type: "EndpointRelabelled", data: { host, id, labels: { ...labels }, identity } });
    }
    case "change": {
      const { host, id, ipv4 } = command;
      if (state === undefined) return refuse("NOT_FOUND", `there is no container ${id} on ${host}`);
      if (state.ipv4 === toHex(ipv4)) return accept();
      return accept({ type: "EndpointChanged", data: { host, id, ipv4 } });
    }
    case "detach": {
      const { host, id } = command;
      if (state === undefined) return refuse("NOT_FOUND", `there is no container ${id} on ${host}`);
      return accept({ type: "EndpointDetached", data: { host, id } });
    }
  }
}

/** The rules of a container's life. */
export const endpointDecider: Decider<EndpointState, EndpointCommand, EndpointEvent> = {
  initial: undefined,
  decide,
  evolve(state, event) {
    switch (event.type) {
      case "EndpointAttached": {
        const { namespace, name, netns, labels, identity, ipv4 } = event.data;
        return { namespace, name, netns, labels, identity, ipv4: toHex(ipv4) };
      }
      case "EndpointRelabelled":
        return state && { ...state, labels: event.data.labels, identity: event.data.identity };
      case "EndpointChanged":
        return state && { ...state, ipv4: toHex(event.data.ipv4) };
      case "EndpointDetached":
        return undefined;
    }
  },
};

/** Labels of the set that has an identity: the container's own and its namespace. */
export function identityLabels(namespace: string, labels: Labels): Labels {
  return { ...labels, "io.kubernetes.pod.namespace": namespace };
}

/** The lowest slot that is free, beginning after `last` so that a slot rests before it is used again. */
export function nextSlot(used: ReadonlySet<number>, last: number): number | undefined {
  const slots = 65_535;
  for (let step = 1; step <= slots; step += 1) {
    const slot = ((last + step - 1) % slots) + 1;
    if (!used.has(slot)) return slot;
  }
  return undefined;
}
