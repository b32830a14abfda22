import type { Labels } from "@weft/netaddr";
import type { ClusterNetworkPolicy } from "./cluster-policy.ts";
import type { NetworkPolicy } from "./network-policy.ts";
import { orderPolicies, type Stamped } from "./order.ts";
import type { EndpointRules, Match, Peers } from "./rules.ts";
import type { Selector } from "./selector.ts";
import { namespaceLabel, type PolicyEndpoint, type PolicyView } from "./view.ts";

/** A label set that has a number: what selectors are matched against. */
export interface KnownIdentity {
  readonly identity: number;
  readonly namespace: string;
  readonly labels: Labels;
}

/** What is looked up in a view again and again, made once for each view. */
export interface ViewIndex {
  readonly identities: readonly KnownIdentity[];
  /** The identities among which a selector's matches must be; far fewer than all where it names a label's values. */
  candidates(selector: Selector): readonly KnownIdentity[];
  readonly endpoints: ReadonlyMap<number, readonly PolicyEndpoint[]>;
  /** By namespace, then ordered by name. */
  readonly policies: ReadonlyMap<string, readonly Stamped<NetworkPolicy>[]>;
  /** In the order in which they are asked. */
  readonly clusterPolicies: readonly Stamped<ClusterNetworkPolicy>[];
  /** Resolved peers by the text of what was resolved. */
  readonly peers: Map<string, Exclude<Peers, "any">>;
  /** Resolved named ports by the peers they are restricted to and by `protocol/name`. */
  readonly namedPorts: Map<Peers, Map<string, readonly Match[]>>;
  readonly rules: WeakMap<PolicyEndpoint, EndpointRules>;
  namespaceLabels(namespace: string): Labels;
}

const indices = new WeakMap<PolicyView, ViewIndex>();

/** The index of a view. */
export function indexOf(view: PolicyView): ViewIndex {
  const known = indices.get(view);
  if (known !== undefined) return known;
  const made = makeIndex(view);
  indices.set(view, made);
  return made;
}

function makeIndex(view: PolicyView): ViewIndex {
  const identities = new Map<number, KnownIdentity>();
  for (const [identity, { [namespaceLabel]: namespace, ...labels }] of view.identities ?? []) {
    if (namespace !== undefined) identities.set(identity, { identity, namespace, labels });
  }
  for (const { identity, namespace, labels } of view.endpoints) {
    if (!identities.has(identity)) identities.set(identity, { identity, namespace, labels });
  }
  const { namespaced, cluster } = orderPolicies(view.policies);
  const sorted = [...identities.values()].sort((a, b) => a.identity - b.identity);
  const byLabel = labelIndex(sorted);
  return {
    identities: sorted,
    candidates: (selector) => candidatesOf(selector, sorted, byLabel),
    endpoints: Map.groupBy(view.endpoints, ({ identity }) => identity),
    policies: Map.groupBy(namespaced, ({ policy }) => policy.namespace),
    clusterPolicies: cluster,
    peers: new Map(),
    namedPorts: new Map(),
    rules: new WeakMap(),
    namespaceLabels: (namespace) => ({
      ...view.namespaces.get(namespace),
      "kubernetes.io/metadata.name": namespace,
    }),
  };
}

function labelIndex(identities: readonly KnownIdentity[]): ReadonlyMap<string, readonly KnownIdentity[]> {
  const pairs = identities.flatMap((known) =>
    Object.entries(known.labels).map(([key, value]) => ({ pair: `${key}=${value}`, known })),
  );
  const grouped = Map.groupBy(pairs, ({ pair }) => pair);
  return new Map([...grouped].map(([pair, group]) => [pair, group.map(({ known }) => known)]));
}

function candidatesOf(
  selector: Selector,
  all: readonly KnownIdentity[],
  byLabel: ReadonlyMap<string, readonly KnownIdentity[]>,
): readonly KnownIdentity[] {
  let fewest = all;
  for (const { key, operator, values } of selector) {
    if (operator !== "In") continue;
    const found = values.flatMap((value) => byLabel.get(`${key}=${value}`) ?? []);
    if (found.length < fewest.length) fewest = found;
  }
  return fewest;
}
