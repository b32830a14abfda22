import type { Address } from "@weft/netaddr";
import type { Flow, Party } from "../decide.ts";
import type { Direction } from "../network-policy.ts";
import { type Revocation, revocationAnnotation } from "../revocation.ts";
import { rulesFor } from "../rules.ts";
import type { PolicyEndpoint, PolicyView } from "../view.ts";
import { type FlowNames, namesIn, policyName } from "./change.ts";
import type { Explanation, SideExplanation } from "./explain.ts";
import { portText } from "./port-misses.ts";

/** One end of a flow, for which a policy is to be made. */
export interface Side {
  readonly end: PolicyEndpoint;
  readonly peer: Party;
  /** The peer's. */
  readonly address: Address;
  readonly direction: Direction;
  readonly flow: Flow;
  readonly explanation: SideExplanation;
  readonly names: FlowNames;
  readonly view: PolicyView;
}

/** The side of a direction; undefined: its end is no container, and has no policies. */
export function sideOf(
  direction: Direction,
  { flow, addresses, egress, ingress }: Explanation,
  names: FlowNames,
  view: PolicyView,
): Side | undefined {
  const sending = direction === "egress";
  const [end, peer] = sending ? [flow.from, flow.to] : [flow.to, flow.from];
  if (!("id" in end)) return undefined;
  const address = sending ? addresses.to : addresses.from;
  return { end, peer, address, direction, flow, explanation: sending ? egress : ingress, names, view };
}

/** What the side does with the flow, in words: "cart take tcp/80 from ads". */
export function sideText({ direction, flow, names: { from, to } }: Side): string {
  const what = portText(flow.protocol, flow.port);
  return direction === "egress" ? `${from} send ${what} to ${to}` : `${to} take ${what} from ${from}`;
}

/** Name and annotations of a new policy of a namespace; "": of the cluster. */
export function metadataOf(side: Side, namespace: string, action: "allow" | "deny"): object {
  const { direction, flow, names, end, view } = side;
  const [own, way, other] =
    direction === "egress" ? [names.from, "to", names.to] : [names.to, "from", names.from];
  const words = [own, ...(action === "deny" ? ["not"] : []), way, other, portText(flow.protocol, flow.port)];
  const name = policyName(words, namesIn(namespace, view));
  return {
    name,
    ...(namespace === "" ? {} : { namespace }),
    ...annotationsOf(revocationOf(end, direction, view)),
  };
}

function annotationsOf(revocation: string | undefined): object {
  return revocation === undefined ? {} : { annotations: { [revocationAnnotation]: revocation } };
}

/**
 * What a new policy has to say of revocation, as the strictest of all policies counts: one that says nothing would cut
 * flows that the others keep. Undefined: nothing.
 */
export function revocationOf(
  end: PolicyEndpoint,
  direction: Direction,
  view: PolicyView,
): string | undefined {
  const revocation: Revocation = rulesFor(end, view)[direction].revocation;
  if (revocation.mode === "cut") return undefined;
  return revocation.mode === "keep" ? "keep" : `drain=${revocation.seconds}s`;
}
