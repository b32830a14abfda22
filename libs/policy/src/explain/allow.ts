import { formatManifest } from "@weft/manifest";
import type { Address } from "@weft/netaddr";
import type { Flow } from "../decide.ts";
import type { Direction } from "../network-policy.ts";
import { type Revocation, revocationAnnotation } from "../revocation.ts";
import { rulesFor } from "../rules.ts";
import type { PolicyEndpoint, PolicyView } from "../view.ts";
import { indexOf } from "../view-index.ts";
import { type FlowNames, policyName } from "./change.ts";
import { exactPeer, exactSelector } from "./exact.ts";

/**
 * The manifest of a NetworkPolicy that allows one flow at one end that is governed already: it isolates nobody, and lets
 * through nothing but this peer on this port. Existing policies stay as they are.
 */
export function allowManifest(
  end: PolicyEndpoint,
  direction: Direction,
  flow: Flow,
  address: Address,
  names: FlowNames,
  view: PolicyView,
): string {
  const peer = exactPeer(direction === "egress" ? flow.to : flow.from, address, end.namespace, view);
  const ports = [{ protocol: flow.protocol, port: flow.port }];
  const rule = direction === "egress" ? { to: [peer], ports } : { from: [peer], ports };
  return formatManifest({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: policyName(allowWords(direction, flow, names), namesIn(end.namespace, view)),
      namespace: end.namespace,
      ...annotationsOf(rulesFor(end, view)[direction].revocation),
    },
    spec: {
      podSelector: exactSelector(end.labels, end.namespace, view),
      policyTypes: [direction === "egress" ? "Egress" : "Ingress"],
      [direction]: [rule],
    },
  });
}

function allowWords(direction: Direction, { protocol, port }: Flow, { from, to }: FlowNames): string[] {
  const ends = direction === "egress" ? [from, "to", to] : [to, "from", from];
  return [...ends, protocol, `${port}`];
}

/** The names of the policies of a namespace. */
export function namesIn(namespace: string, view: PolicyView): ReadonlySet<string> {
  return new Set(
    indexOf(view)
      .policiesIn(namespace)
      .map(({ policy }) => policy.name),
  );
}

// The strictest of all policies counts: without a word of its own the new one would cut flows that others would keep.
function annotationsOf(revocation: Revocation): object {
  if (revocation.mode === "cut") return {};
  const text = revocation.mode === "keep" ? "keep" : `drain=${revocation.seconds}s`;
  return { annotations: { [revocationAnnotation]: text } };
}
