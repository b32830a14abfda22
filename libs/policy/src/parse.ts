import { checkResource, type Diagnostic, type Resource } from "@weft/manifest";
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from "./network-policy.ts";
import { parseRevocation, type Revocation, revocationAnnotation } from "./revocation.ts";
import {
  type MetadataText,
  networkPolicySchema,
  type PeerText,
  type PortText,
  type SelectorText,
  type SpecText,
} from "./schema.ts";
import type { Requirement, Selector } from "./selector.ts";

/**
 * Reads a networking.k8s.io/v1 NetworkPolicy with the validation and the defaults of Kubernetes: no policyTypes means
 * Ingress, and Egress if there are egress rules; no podSelector selects all; no protocol means TCP. Returns the policy
 * or everything that is wrong with it. Where Kubernetes guesses, this refuses: list items that are null, octets with
 * leading zeros, IPv4-mapped IPv6 blocks.
 */
export function parseNetworkPolicy(resource: Resource): NetworkPolicy | Diagnostic[] {
  const checked = checkResource(resource, networkPolicySchema);
  return checked.ok ? buildPolicy(resource, checked.value) : checked.diagnostics;
}

interface PolicyText {
  readonly metadata: MetadataText;
  readonly spec?: SpecText | null | undefined;
}

function buildPolicy({ namespace, name }: Resource, { metadata, spec: given }: PolicyText): NetworkPolicy {
  const spec = given ?? {};
  const types = spec.policyTypes ?? [];
  const governsIngress = types.length === 0 || types.includes("Ingress");
  const governsEgress = types.length === 0 ? (spec.egress ?? []).length > 0 : types.includes("Egress");
  const ingress = (spec.ingress ?? []).map(({ from, ports }) => buildRule(from, ports));
  const egress = (spec.egress ?? []).map(({ to, ports }) => buildRule(to, ports));
  return {
    namespace,
    name,
    podSelector: buildSelector(spec.podSelector ?? {}),
    ...(governsIngress ? { ingress } : {}),
    ...(governsEgress ? { egress } : {}),
    revocation: revocationOf(metadata),
  };
}

// The annotation was checked by the schema.
function revocationOf({ annotations }: MetadataText): Revocation {
  return parseRevocation(annotations?.[revocationAnnotation] ?? "") ?? { mode: "cut" };
}

function buildRule(peers: PeerText[] | null | undefined, ports: PortText[] | null | undefined): PolicyRule {
  return {
    peers: peers == null || peers.length === 0 ? "any" : peers.map(buildPeer),
    ports: ports == null || ports.length === 0 ? "any" : ports.map(buildPort),
  };
}

function buildPeer({ podSelector, namespaceSelector, ipBlock }: PeerText): PolicyPeer {
  if (ipBlock != null) return { kind: "block", ...ipBlock };
  const pods = buildSelector(podSelector ?? {});
  if (namespaceSelector == null) return { kind: "pods", podSelector: pods };
  return { kind: "pods", namespaceSelector: buildSelector(namespaceSelector), podSelector: pods };
}

function buildPort({ protocol: given, port, endPort }: PortText): PolicyPort {
  const protocol = given ?? "TCP";
  if (port == null) return { kind: "range", protocol, from: 0, to: 65535 };
  if (typeof port === "string") return { kind: "named", protocol, name: port };
  return { kind: "range", protocol, from: port, to: endPort ?? port };
}

function buildSelector(text: SelectorText): Selector {
  const equal = Object.entries(text.matchLabels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: "In", values: [value] }),
  );
  const expressions = (text.matchExpressions ?? []).map(
    ({ key, operator, values }): Requirement => ({ key, operator, values: values ?? [] }),
  );
  return [...equal, ...expressions];
}
