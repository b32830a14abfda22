import { formatManifest } from "@weft/manifest";
import { familyBits, formatPrefix } from "@weft/netaddr";
import type { ClusterNetworkPolicy } from "../cluster-policy.ts";
import type { PolicyView } from "../view.ts";
import { exactSelector } from "./exact.ts";
import { otherOf } from "./peer-misses.ts";
import { metadataOf, type Side } from "./side.ts";

type ClusterTier = ClusterNetworkPolicy["tier"];

const lowest = 1000;
const transports = { TCP: "tcp", UDP: "udp", SCTP: "sctp", ICMP: undefined, ICMPv6: undefined } as const;

/**
 * A ClusterNetworkPolicy that accepts or denies one flow at one end, before any other rule of its tier that applies to
 * it. Undefined: the kind has no words for it (ICMP; who is outside of the mesh as a sender), or there is no place before.
 */
export function clusterPolicy(side: Side, tier: ClusterTier, action: "allow" | "deny"): string | undefined {
  const { direction, end, flow, view } = side;
  const peer = peerOf(side);
  const transport = transports[flow.protocol];
  const metadata = metadataOf(side, "", action) as { name: string };
  const place = placeBefore(side, tier, metadata.name);
  if (peer === undefined || transport === undefined || place === undefined) return undefined;
  const rule = {
    action: action === "allow" ? "Accept" : "Deny",
    [direction === "egress" ? "to" : "from"]: [peer],
    protocols: [{ [transport]: { destinationPort: { number: flow.port } } }],
  };
  return formatManifest({
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { ...metadata, name: place.name },
    spec: {
      tier,
      priority: place.priority,
      subject: { pods: podsOf(end.labels, end.namespace, view) },
      [direction]: [rule],
    },
  });
}

function peerOf({ peer, address, direction, view }: Side): object | undefined {
  const { container } = otherOf(peer, address, view);
  if (container !== undefined) return { pods: podsOf(container.labels, container.namespace, view) };
  if (direction === "ingress") return undefined;
  return { networks: [formatPrefix({ address, length: familyBits(address.family) })] };
}

function podsOf(labels: Readonly<Record<string, string>>, namespace: string, view: PolicyView): object {
  const matchLabels = { "kubernetes.io/metadata.name": namespace };
  return { namespaceSelector: { matchLabels }, podSelector: exactSelector(labels, namespace, view) };
}

/** Priority and name that come before the first rule of the tier that applies; of equal priorities the name decides. */
function placeBefore(
  { explanation, view }: Side,
  tier: ClusterTier,
  name: string,
): { readonly priority: number; readonly name: string } | undefined {
  const { passed, rule } = explanation;
  const first = [...passed, ...(rule === undefined ? [] : [rule])].find((ref) => ref.tier === tier);
  if (first === undefined) return { priority: lowest, name };
  const { policy } =
    view.policies.find(({ policy: { kind, name } }) => kind === first.kind && name === first.policy) ?? {};
  if (policy?.kind !== "ClusterNetworkPolicy") return undefined;
  if (policy.priority > 0) return { priority: policy.priority - 1, name };
  const early = [name, `0-${name}`].find((one) => one < policy.name);
  return early === undefined ? undefined : { priority: 0, name: early };
}
