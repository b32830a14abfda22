import type { Labels } from "@weft/netaddr";
import type { EndpointRules, Match, Peers } from "./rules.ts";
import { namespaceLabel, type PolicyEndpoint, type PolicyView, type StampedPolicy } from "./view.ts";

/** A label set that has a number: what selectors are matched against. */
export interface KnownIdentity {
  readonly identity: number;
  readonly namespace: string;
  readonly labels: Labels;
}

/** What is looked up in a view again and again, made once for each view. */
export interface ViewIndex {
  readonly identities: readonly KnownIdentity[];
  readonly endpoints: ReadonlyMap<number, readonly PolicyEndpoint[]>;
  /** By namespace, then ordered by name. */
  readonly policies: ReadonlyMap<string, readonly StampedPolicy[]>;
  /** Resolved peers by the text of what was resolved. */
  readonly peers: Map<string, Peers>;
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
  const byName = view.policies.toSorted((a, b) => compareText(a.policy.name, b.policy.name));
  return {
    identities: [...identities.values()].sort((a, b) => a.identity - b.identity),
    endpoints: Map.groupBy(view.endpoints, ({ identity }) => identity),
    policies: Map.groupBy(byName, ({ policy }) => policy.namespace),
    peers: new Map(),
    namedPorts: new Map(),
    rules: new WeakMap(),
    namespaceLabels: (namespace) => ({
      ...view.namespaces.get(namespace),
      "kubernetes.io/metadata.name": namespace,
    }),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
