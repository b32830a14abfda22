// A mesh made from plain data: pods, namespaces and policies as manifests have them.
import { type Diagnostic, parseManifests } from "@weft/manifest";
import { type Labels, labelKey, parseAddress } from "@weft/netaddr";
import {
  type NamedPort,
  type NetworkPolicy,
  namespaceLabel,
  type PolicyEndpoint,
  type PolicyView,
  parseNetworkPolicy,
} from "../src/index.ts";

/** A pod as a test writes it. */
export interface PodText {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly ports: readonly NamedPort[];
}

/** A world as a test writes it; policies are manifests. */
export interface WorldText {
  readonly pods: readonly PodText[];
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly policies: readonly unknown[];
}

/** Parses the one manifest in a text, which must be sound up to its metadata. */
export function policyOf(text: string): NetworkPolicy | Diagnostic[] {
  const { resources, diagnostics } = parseManifests([{ file: "policy.yaml", text }]);
  const [resource] = resources;
  return resource === undefined ? diagnostics : parseNetworkPolicy(resource);
}

/** Parses a policy that must be right. */
export function goodPolicy(text: string): NetworkPolicy {
  const parsed = policyOf(text);
  if (Array.isArray(parsed)) throw new Error(JSON.stringify(parsed));
  return parsed;
}

/** The view of a world: pods with equal labels share an identity, policy number n has revision 100 + n. */
export function viewOf(world: WorldText): PolicyView {
  const identities = new Map<string, number>();
  const endpoints = world.pods.map((pod): PolicyEndpoint => {
    const key = labelKey({ ...pod.labels, [namespaceLabel]: pod.namespace });
    const identity = identities.get(key) ?? 256 + identities.size;
    identities.set(key, identity);
    const { namespace, name, labels, ports } = pod;
    return {
      id: `${namespace}/${name}`,
      namespace,
      labels,
      identity,
      addresses: pod.addresses.map(parseAddress),
      ports,
    };
  });
  const policies = world.policies.map((manifest, index) => ({
    policy: goodPolicy(JSON.stringify(manifest)),
    revision: 100 + index,
  }));
  return { endpoints, namespaces: new Map(Object.entries(world.namespaces)), policies };
}
