import { checkResource, type Diagnostic, type Resource } from "@weft/manifest";
import { annotatedRevocation, buildSelector } from "./build.ts";
import type { Policy } from "./cluster-policy.ts";
import { icmpPorts } from "./icmp.ts";
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from "./network-policy.ts";
import { parseClusterPolicy } from "./parse-cluster.ts";
import { parseRevocation, type Revocation } from "./revocation.ts";
import {
  networkPolicySchema,
  type PeerText,
  type PortText,
  type SpecText,
  weftPolicySchema,
} from "./schema.ts";
import { noteWritten } from "./written.ts";

/** Kinds of manifests that are policies. */
export const policyKinds = ["NetworkPolicy", "ClusterNetworkPolicy"] as const;

/** Reads a policy of any kind: one of {@link policyKinds}, or what is wrong with it. */
export function parsePolicy(resource: Resource): Policy | Diagnostic[] {
  return resource.kind === "ClusterNetworkPolicy"
    ? parseClusterPolicy(resource)
    : parseNetworkPolicy(resource);
}

/**
 * Reads a networking.k8s.io/v1 or weft.dev/v1 NetworkPolicy with the validation and the defaults of Kubernetes: no
 * policyTypes means Ingress, and Egress if there are egress rules; no podSelector selects all; no protocol means TCP.
 * Returns the policy or everything that is wrong with it. Where Kubernetes guesses, this refuses: list items that are
 * null, octets with leading zeros, IPv4-mapped IPv6 blocks.
 */
export function parseNetworkPolicy(resource: Resource): NetworkPolicy | Diagnostic[] {
  if (resource.apiVersion === "weft.dev/v1") {
    const checked = checkResource(resource, weftPolicySchema);
    if (!checked.ok) return checked.diagnostics;
    const spec = checked.value.spec ?? {};
    const revocation = parseRevocation(spec.onRevoke ?? "") ?? { mode: "cut" };
    return buildPolicy("NetworkPolicy.weft.dev", resource, spec, revocation);
  }
  const checked = checkResource(resource, networkPolicySchema);
  if (!checked.ok) return checked.diagnostics;
  const { spec, metadata } = checked.value;
  return buildPolicy("NetworkPolicy", resource, spec ?? {}, annotatedRevocation(metadata));
}

function buildPolicy(
  kind: NetworkPolicy["kind"],
  { namespace, name }: Resource,
  spec: SpecText,
  revocation: Revocation,
): NetworkPolicy {
  const types = spec.policyTypes ?? [];
  const ingressDeny = (spec.ingressDeny ?? []).map(({ from, ports }) => buildRule(from, ports));
  const egressDeny = (spec.egressDeny ?? []).map(({ to, ports }) => buildRule(to, ports));
  const ingress = (spec.ingress ?? []).map(({ from, ports }) => buildRule(from, ports));
  const egress = (spec.egress ?? []).map(({ to, ports }) => buildRule(to, ports));
  const governsIngress = types.length === 0 || types.includes("Ingress");
  const governsEgress = types.length === 0 ? egress.length + egressDeny.length > 0 : types.includes("Egress");
  return {
    kind,
    namespace,
    name,
    podSelector: buildSelector(spec.podSelector ?? {}),
    ...(governsIngress ? { ingress } : {}),
    ...(governsEgress ? { egress } : {}),
    ...(ingressDeny.length > 0 ? { ingressDeny } : {}),
    ...(egressDeny.length > 0 ? { egressDeny } : {}),
    revocation,
  };
}

function buildRule(peers: PeerText[] | null | undefined, ports: PortText[] | null | undefined): PolicyRule {
  return {
    peers:
      peers == null || peers.length === 0
        ? "any"
        : peers.flatMap((text, item) => noteWritten(buildPeers(text), item)),
    ports:
      ports == null || ports.length === 0
        ? "any"
        : ports.flatMap((text, item) => noteWritten(buildPorts(text), item)),
  };
}

function buildPeers({ podSelector, namespaceSelector, ipBlock, entities }: PeerText): PolicyPeer[] {
  if (ipBlock != null) return [{ kind: "block", ...ipBlock }];
  if (entities != null) return entities.map((entity) => ({ kind: "entity", entity }));
  const pods = buildSelector(podSelector ?? {});
  if (namespaceSelector == null) return [{ kind: "pods", podSelector: pods }];
  return [{ kind: "pods", namespaceSelector: buildSelector(namespaceSelector), podSelector: pods }];
}

function buildPorts({ protocol: given, port, endPort, icmp }: PortText): PolicyPort[] {
  if (icmp != null) return icmpPorts(icmp);
  const protocol = given ?? "TCP";
  if (port == null) return [{ kind: "range", protocol, from: 0, to: 65535 }];
  if (typeof port === "string") return [{ kind: "named", protocol, name: port }];
  return [{ kind: "range", protocol, from: port, to: endPort ?? port }];
}
