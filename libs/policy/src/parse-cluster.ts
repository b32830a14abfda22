import { checkResource, type Diagnostic, type Resource } from "@weft/manifest";
import { annotatedRevocation, buildSelector } from "./build.ts";
import type { ClusterNetworkPolicy, ClusterRule } from "./cluster-policy.ts";
import {
  type ClusterPeerText,
  type ClusterRuleText,
  type ContainersText,
  clusterPolicySchema,
  type ProtocolText,
} from "./cluster-schema.ts";
import type { BlockPeer, PodPeer, PolicyPeer, PolicyPort } from "./network-policy.ts";
import type { Protocol } from "./protocol.ts";
import { noteWritten } from "./written.ts";

const actions = { Accept: "allow", Deny: "deny", Pass: "pass" } as const;

/**
 * Reads a policy.networking.k8s.io ClusterNetworkPolicy (v1alpha2, v1beta1) with the validation of its definition.
 * Returns the policy or everything that is wrong with it; `domainNames` is refused by name.
 */
export function parseClusterPolicy(resource: Resource): ClusterNetworkPolicy | Diagnostic[] {
  const checked = checkResource(resource, clusterPolicySchema);
  if (!checked.ok) return checked.diagnostics;
  const { spec, metadata } = checked.value;
  return {
    kind: "ClusterNetworkPolicy",
    namespace: "",
    name: resource.name,
    tier: spec.tier,
    priority: spec.priority,
    subject: buildContainers(spec.subject),
    ingress: (spec.ingress ?? []).map((rule) => buildRule(rule, rule.from)),
    egress: (spec.egress ?? []).map((rule) => buildRule(rule, rule.to)),
    revocation: annotatedRevocation(metadata),
  };
}

function buildRule(
  { name, action, protocols }: ClusterRuleText,
  peers: readonly ClusterPeerText[],
): ClusterRule {
  return {
    name: name ?? "",
    action: actions[action],
    peers: peers.flatMap((text, item) => noteWritten(buildPeers(text), item)),
    ports: protocols == null ? "any" : protocols.flatMap((text, item) => noteWritten(buildPorts(text), item)),
  };
}

function buildPeers(text: ClusterPeerText): PolicyPeer[] {
  if (text.networks != null)
    return text.networks.map((cidr): BlockPeer => ({ kind: "block", cidr, except: [] }));
  if (text.nodes != null) return [{ kind: "nodes", selector: buildSelector(text.nodes) }];
  return [buildContainers(text)];
}

function buildContainers({ namespaces, pods }: ContainersText): Required<PodPeer> {
  return {
    kind: "pods",
    namespaceSelector: buildSelector(namespaces ?? pods?.namespaceSelector ?? {}),
    podSelector: buildSelector(pods?.podSelector ?? {}),
  };
}

// A name is that of a port of the receiver, whatever its protocol.
function buildPorts({ tcp, udp, sctp, destinationNamedPort: name }: ProtocolText): PolicyPort[] {
  if (name != null) {
    return (["TCP", "UDP", "SCTP"] as const).map((protocol) => ({ kind: "named", protocol, name }));
  }
  const protocol: Protocol = tcp != null ? "TCP" : udp != null ? "UDP" : "SCTP";
  const { number, range } = (tcp ?? udp ?? sctp)?.destinationPort ?? {};
  const from = number ?? range?.start ?? 0;
  return [{ kind: "range", protocol, from, to: number ?? range?.end ?? 65535 }];
}
