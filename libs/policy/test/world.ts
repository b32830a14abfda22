// A mesh made from plain data: pods, namespaces and policies as manifests have them.
import { type Diagnostic, parseManifests } from "@weft/manifest";
import { type Labels, labelKey, parseAddress } from "@weft/netaddr";
import {
  type NamedPort,
  type NetworkPolicy,
  namespaceLabel,
  type Policy,
  type PolicyEndpoint,
  type PolicyView,
  parsePolicy,
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
  /** Names and addresses. */
  readonly hosts?: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

/** Parses the one manifest in a text, which must be sound up to its metadata. */
export function policyOf(text: string): Policy | Diagnostic[] {
  const { resources, diagnostics } = parseManifests([{ file: "policy.yaml", text }]);
  const [resource] = resources;
  return resource === undefined ? diagnostics : parsePolicy(resource);
}

/** Parses a policy that must be right. */
export function rightPolicy(text: string): Policy {
  const parsed = policyOf(text);
  if (Array.isArray(parsed)) throw new Error(JSON.stringify(parsed));
  return parsed;
}

/** Parses a policy of a namespace that must be right. */
export function goodPolicy(text: string): NetworkPolicy {
  const parsed = rightPolicy(text);
  if (parsed.kind === "ClusterNetworkPolicy") throw new Error(`${parsed.name} has no namespace`);
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
    policy: rightPolicy(JSON.stringify(manifest)),
    revision: 100 + index,
  }));
  const hosts = (world.hosts ?? []).map(({ name, addresses }) => {
    const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" };
    return { labels, addresses: addresses.map(parseAddress) };
  });
  return { endpoints, namespaces: new Map(Object.entries(world.namespaces)), policies, hosts };
}
