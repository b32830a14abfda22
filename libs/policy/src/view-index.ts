import { type Labels, sameLabels } from "@weft/netaddr";
import {
  Buckets,
  everywhere,
  labelledKeys,
  lookupKeys,
  narrowings,
  selectorKeys,
  spaceKey,
} from "./buckets.ts";
import { type Memo, Memos, Source } from "./memo.ts";
import type { NetworkPolicy, PodPeer } from "./network-policy.ts";
import { orderPolicies, type Stamped } from "./order.ts";
import { samePeers } from "./peers.ts";
import { sameMatches } from "./ports.ts";
import { Receivers } from "./receivers.ts";
import type { EndpointRules, Match, Peers } from "./rules.ts";
import { type Selector, selects } from "./selector.ts";
import {
  namespaceLabel,
  type PolicyEndpoint,
  type PolicyHost,
  type PolicyView,
  type StampedPolicy,
} from "./view.ts";

/** A label set that has a number: what selectors are matched against. */
interface KnownIdentity {
  readonly identity: number;
  readonly namespace: string;
  readonly labels: Labels;
}

/** Peers of a list, as far as it says who. */
type ResolvedPeers = Exclude<Peers, "any">;

/** Policies in the order in which they are asked. */
type Selecting = ReturnType<typeof orderPolicies>;

const levels = { namespaces: 0, peers: 1, namedPorts: 2, selecting: 2, rules: 3 } as const;

/**
 * What is looked up in a view again and again, and what was derived from it. What is derived remembers what was looked up for
 * it, so that a change makes out of date what it concerns, and nothing else (ADR 0012).
 */
export class ViewIndex {
  readonly receivers = new Receivers();
  readonly #memos = new Memos();
  readonly #allocated = new Map<number, Labels>();
  readonly #known = new Map<number, KnownIdentity>();
  readonly #identities = new Buckets<KnownIdentity>();
  readonly #policies = new Buckets<StampedPolicy>();
  readonly #namespaces = new Map<string, { labels: Labels; readonly source: Source }>();
  readonly #hosts = new Set<PolicyHost>();
  readonly #anyHost = new Source();
  readonly #anyIdentity = new Source();
  readonly #anyPolicy = new Source();
  readonly #usedNamespaces = new Source();
  readonly #namespacesSelected = new Map<string, Memo<readonly string[]>>();
  readonly #peers = new Map<string, Memo<ResolvedPeers>>();
  readonly #namedPorts = new Map<Peers, Map<string, Memo<readonly Match[]>>>();
  readonly #selecting = new Map<PolicyEndpoint, Memo<Selecting>>();
  readonly #rules = new Map<PolicyEndpoint, Memo<EndpointRules>>();

  /** Every identity that selectors know, in order. */
  get identities(): readonly KnownIdentity[] {
    this.#anyIdentity.read();
    return [...this.#known.values()].sort((a, b) => a.identity - b.identity);
  }

  identity(identity: number): KnownIdentity | undefined {
    this.#anyIdentity.read();
    return this.#known.get(identity);
  }

  get hosts(): Iterable<PolicyHost> {
    this.#anyHost.read();
    return this.#hosts;
  }

  /** The NetworkPolicies of a namespace, ordered by name. */
  policiesIn(namespace: string): readonly Stamped<NetworkPolicy>[] {
    this.#anyPolicy.read();
    const all = [...this.#policies.all()].filter(({ policy }) => policy.namespace === namespace);
    return orderPolicies(all).namespaced;
  }

  /** The policies among which those are that select an endpoint; far fewer than all where their selectors name labels. */
  policiesFor({ namespace, labels }: PolicyEndpoint): readonly StampedPolicy[] {
    const keys = [...lookupKeys(namespace, labels), ...lookupKeys(everywhere, labels)];
    return keys.flatMap((key) => [...this.#policies.in(key)]);
  }

  /** The identities among which those of a peer of a policy in namespace `own` are; far fewer than all where possible. */
  candidates({ namespaceSelector, podSelector }: PodPeer, own: string): KnownIdentity[] {
    const place = namespaceSelector === undefined ? own : everywhere;
    const [fewest] = narrowings(place, podSelector)
      .map((keys) => ({ keys, size: keys.reduce((sum, key) => sum + this.#identities.size(key), 0) }))
      .sort((a, b) => a.size - b.size);
    if (fewest !== undefined) return fewest.keys.flatMap((key) => [...this.#identities.in(key)]);
    const places = namespaceSelector === undefined ? [own] : this.#selectedNamespaces(namespaceSelector);
    return places.flatMap((namespace) => [...this.#identities.in(spaceKey(namespace))]);
  }

  /** The policies that select an endpoint. */
  selecting(endpoint: PolicyEndpoint, make: () => Selecting): Selecting {
    return kept(this.#selecting, endpoint, () =>
      this.#memos.memo({
        level: levels.selecting,
        make,
        same: (a, b) => sameStamps(a.namespaced, b.namespaced) && sameStamps(a.cluster, b.cluster),
        onUnused: () => this.#selecting.delete(endpoint),
      }),
    ).get();
  }

  namespaceLabels(namespace: string): Labels {
    const { labels, source } = this.#namespace(namespace);
    source.read();
    return { ...labels, "kubernetes.io/metadata.name": namespace };
  }

  /** Peers by a text that says all about them. Equal peers stay the same object. */
  peers(key: string, make: () => ResolvedPeers): ResolvedPeers {
    return kept(this.#peers, key, () =>
      this.#memos.memo<ResolvedPeers>({
        level: levels.peers,
        make,
        same: samePeers,
        onUnused: () => this.#peers.delete(key),
      }),
    ).get();
  }

  /** Matches of a named port, `protocol/name`, among peers. */
  namedPorts(peers: Peers, key: string, make: () => readonly Match[]): readonly Match[] {
    const byName = kept(this.#namedPorts, peers, () => new Map<string, Memo<readonly Match[]>>());
    return kept(byName, key, () =>
      this.#memos.memo({
        level: levels.namedPorts,
        make,
        same: sameMatches,
        onUnused: () => {
          byName.delete(key);
          if (byName.size === 0) this.#namedPorts.delete(peers);
        },
      }),
    ).get();
  }

  /** The rules of an endpoint: the same object until something that they were made of is another. */
  rules(endpoint: PolicyEndpoint, make: () => EndpointRules): EndpointRules {
    this.#memos.settle();
    return kept(this.#rules, endpoint, () =>
      this.#memos.memo({
        level: levels.rules,
        make,
      }),
    ).get();
  }

  /** A label set has a number, or (undefined) has it no longer. */
  setIdentity(identity: number, labels: Labels | undefined): void {
    if (labels === undefined) this.#allocated.delete(identity);
    else this.#allocated.set(identity, labels);
    this.#know(identity);
  }

  setNamespace(name: string, labels: Labels | undefined): void {
    const held = this.#namespace(name);
    held.labels = labels ?? {};
    held.source.touch();
  }

  addEndpoint(endpoint: PolicyEndpoint): void {
    this.receivers.add(endpoint);
    this.#know(endpoint.identity);
  }

  removeEndpoint(endpoint: PolicyEndpoint): void {
    this.receivers.remove(endpoint);
    this.#know(endpoint.identity);
    this.#rules.get(endpoint)?.drop();
    this.#rules.delete(endpoint);
  }

  addPolicy(stamped: StampedPolicy): void {
    this.#policies.add(policyKeys(stamped), stamped);
    this.#anyPolicy.touch();
  }

  removePolicy(stamped: StampedPolicy): void {
    this.#policies.remove(policyKeys(stamped), stamped);
    this.#anyPolicy.touch();
  }

  addHost(host: PolicyHost): void {
    this.#hosts.add(host);
    this.#anyHost.touch();
  }

  removeHost(host: PolicyHost): void {
    this.#hosts.delete(host);
    this.#anyHost.touch();
  }

  // Namespaces that have identities, as far as a selector selects them.
  #selectedNamespaces(selector: Selector): readonly string[] {
    const key = JSON.stringify(selector);
    return kept(this.#namespacesSelected, key, () =>
      this.#memos.memo({
        level: levels.namespaces,
        make: () => {
          this.#usedNamespaces.read();
          const used = [...this.#namespaces.keys()].filter(
            (name) => this.#identities.size(spaceKey(name)) > 0,
          );
          return used.filter((name) => selects(selector, this.namespaceLabels(name)));
        },
        same: (a, b) => a.length === b.length && a.every((one, n) => one === b[n]),
        onUnused: () => this.#namespacesSelected.delete(key),
      }),
    ).get();
  }

  #namespace(name: string): { labels: Labels; readonly source: Source } {
    return kept(this.#namespaces, name, () => ({ labels: {}, source: new Source() }));
  }

  // What selectors see of an identity: its label set, or that of an endpoint that has it.
  #know(identity: number): void {
    const before = this.#known.get(identity);
    const after = this.#labelsOf(identity);
    if (before !== undefined && after !== undefined && sameKnown(before, after)) return;
    this.#anyIdentity.touch();
    if (before !== undefined) {
      this.#known.delete(identity);
      this.#identities.remove(labelledKeys(before.namespace, before.labels), before);
      if (this.#identities.size(spaceKey(before.namespace)) === 0) this.#usedNamespaces.touch();
    }
    if (after === undefined) return;
    const first = this.#identities.size(spaceKey(after.namespace)) === 0;
    this.#known.set(identity, after);
    this.#namespace(after.namespace);
    this.#identities.add(labelledKeys(after.namespace, after.labels), after);
    if (first) this.#usedNamespaces.touch();
  }

  #labelsOf(identity: number): KnownIdentity | undefined {
    const { [namespaceLabel]: namespace, ...labels } = this.#allocated.get(identity) ?? {};
    if (namespace !== undefined) return { identity, namespace, labels };
    const [endpoint] = this.receivers.ofIdentity(identity);
    return endpoint && { identity, namespace: endpoint.namespace, labels: endpoint.labels };
  }
}

const indices = new WeakMap<PolicyView, ViewIndex>();

/** The index of a view. */
export function indexOf(view: PolicyView): ViewIndex {
  return kept(indices, view, () => {
    const index = new ViewIndex();
    for (const [identity, labels] of view.identities ?? []) index.setIdentity(identity, labels);
    for (const [name, labels] of view.namespaces) index.setNamespace(name, labels);
    for (const endpoint of view.endpoints) index.addEndpoint(endpoint);
    for (const host of view.hosts ?? []) index.addHost(host);
    for (const policy of view.policies) index.addPolicy(policy);
    return index;
  });
}

/** A view that stands for what is now, whatever changes: everything of it is read through its index. */
export function viewOfIndex(index: ViewIndex): PolicyView {
  const view = new Proxy({} as PolicyView, {
    get(_, field) {
      // Whoever is trusted does not change.
      if (field === "trusted") return undefined;
      throw new TypeError(`${String(field)} of a live view is looked up in its index, which notes who did`);
    },
  });
  indices.set(view, index);
  return view;
}

function policyKeys({ policy }: StampedPolicy): string[] {
  if (policy.kind === "ClusterNetworkPolicy") return selectorKeys(everywhere, policy.subject.podSelector);
  return selectorKeys(policy.namespace, policy.podSelector);
}

function sameStamps(a: readonly StampedPolicy[], b: readonly StampedPolicy[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ policy, revision }, n) => policy === b[n]?.policy && revision === b[n]?.revision)
  );
}

function sameKnown(a: KnownIdentity, b: KnownIdentity): boolean {
  return a.namespace === b.namespace && sameLabels(a.labels, b.labels);
}

function kept<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
