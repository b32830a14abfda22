import type { ClusterNetworkPolicy, ClusterRule, PolicyKind, Tier } from "./cluster-policy.ts";
import type { Direction, IpBlock, NetworkPolicy, PolicyRule } from "./network-policy.ts";
import { orderPolicies, type Stamped } from "./order.ts";
import { resolvePeers, selectsPod } from "./peers.ts";
import { egressMatches, ingressMatches } from "./ports.ts";
import type { PortRange } from "./protocol.ts";
import { type Revocation, strictest } from "./revocation.ts";
import { selects } from "./selector.ts";
import { type PolicyEndpoint, type PolicyView, reservedIdentities } from "./view.ts";
import { indexOf } from "./view-index.ts";

/** Names a rule of a policy as a person finds it: `spec.<list>[<index>]`. */
export interface RuleRef {
  readonly kind: PolicyKind;
  readonly tier: Tier;
  /** Empty: the policy has none. */
  readonly namespace: string;
  readonly policy: string;
  readonly direction: Direction;
  /** The field of the spec in which the rule stands. */
  readonly list: RuleList;
  /** Counts the rules of that list from 0. */
  readonly index: number;
  /** What the policy calls the rule; unset: nothing. */
  readonly name?: string;
  readonly revision: number;
}

/** The lists of rules that a policy may have. */
export type RuleList = Direction | "ingressDeny" | "egressDeny";

/** Peers by identity or by address; "any" is everybody. Equal peers of one view are one object. */
export type Peers = "any" | { readonly identities: ReadonlySet<number>; readonly blocks: readonly IpBlock[] };

/** Ports as disjoint ranges in order; "any" is every packet, with ports or without. */
export type Ports = "any" | readonly PortRange[];

/** Everything that is from (to) the peers and on the ports. */
export interface Match {
  readonly peers: Peers;
  readonly ports: Ports;
}

/** A rule of a policy with its peers and ports resolved; it applies where any of its matches does. */
export interface Rule {
  readonly ref: RuleRef;
  /** "pass": the rest of the rule's tier is skipped. */
  readonly action: "allow" | "deny" | "pass";
  readonly matches: readonly Match[];
}

/** The rules of one container in one direction. */
export interface DirectionRules {
  /** False: no policy says anything, everything is allowed. */
  readonly enforced: boolean;
  /**
   * In order of precedence: the first that applies decides, unless it passes. Admin by priority; then of NetworkPolicies
   * the denials, then what is allowed; and where there are none that govern, Baseline by priority.
   */
  readonly rules: readonly Rule[];
  /** What becomes of a packet to which no rule applies: "deny" where a NetworkPolicy governs the direction. */
  readonly fallback: "allow" | "deny";
  /** Trusted identities are let pass before the rule at this index is looked at; undefined: nowhere. */
  readonly trustedAt: number | undefined;
  /** Newest revision of the policies that govern the container in this direction; 0 if none does. */
  readonly revision: number;
  /** What becomes of flows that lose their permission: the strictest of the policies that govern this direction. */
  readonly revocation: Revocation;
}

/** The rules of one container. */
export interface EndpointRules {
  readonly endpoint: string;
  readonly ingress: DirectionRules;
  readonly egress: DirectionRules;
  /** Identities that NetworkPolicies shut out only by explicit denial. */
  readonly trusted: readonly number[];
}

/** The rules that a view holds for one container, in order of precedence, equal ones by policy name and rule index. */
export function rulesFor(endpoint: PolicyEndpoint, view: PolicyView): EndpointRules {
  return indexOf(view).rules(endpoint, () => makeRules(endpoint, view));
}

function makeRules(endpoint: PolicyEndpoint, view: PolicyView): EndpointRules {
  const { namespaced, cluster } = policiesOf(endpoint, view);
  return {
    endpoint: endpoint.id,
    ingress: directionRules("ingress", namespaced, cluster, { endpoint, view }),
    egress: directionRules("egress", namespaced, cluster, { endpoint, view }),
    trusted: (view.trusted ?? [reservedIdentities.host]).toSorted((a, b) => a - b),
  };
}

/** The policies that select a container, in the order in which they are asked. */
export function policiesOf(endpoint: PolicyEndpoint, view: PolicyView): ReturnType<typeof orderPolicies> {
  const index = indexOf(view);
  const { namespace, labels } = endpoint;
  return index.selecting(endpoint, () => {
    const selecting = index.policiesFor(endpoint).filter(({ policy }) => {
      return policy.kind === "ClusterNetworkPolicy"
        ? selectsPod(policy.subject, "", namespace, labels, view)
        : selects(policy.podSelector, labels);
    });
    return orderPolicies(selecting);
  });
}

interface Place {
  readonly endpoint: PolicyEndpoint;
  readonly view: PolicyView;
}

function directionRules(
  direction: Direction,
  namespaced: readonly Stamped<NetworkPolicy>[],
  cluster: readonly Stamped<ClusterNetworkPolicy>[],
  place: Place,
): DirectionRules {
  const governing = namespaced.filter(({ policy }) => policy[direction] !== undefined);
  const speaking = cluster.filter(({ policy }) => policy[direction].length > 0);
  const decided = governing.length > 0;
  const inTier = (tier: Tier) => speaking.filter(({ policy }) => policy.tier === tier);
  // A NetworkPolicy always decides, so that nothing comes to the Baseline after it.
  const baseline = decided ? [] : inTier("Baseline");
  const before = [
    ...inTier("Admin").flatMap((stamped) => clusterRules(direction, stamped, place)),
    ...governing.flatMap((stamped) => namespacedRules(direction, `${direction}Deny`, stamped, place)),
  ];
  const after = [
    ...governing.flatMap((stamped) => namespacedRules(direction, direction, stamped, place)),
    ...baseline.flatMap((stamped) => clusterRules(direction, stamped, place)),
  ];
  const all = [...inTier("Admin"), ...governing, ...baseline];
  return {
    enforced: all.length > 0,
    rules: [...before, ...after],
    fallback: decided ? "deny" : "allow",
    trustedAt: decided ? before.length : undefined,
    revision: Math.max(0, ...all.map(({ revision }) => revision)),
    revocation: strictest(all.map(({ policy }) => policy.revocation)),
  };
}

function namespacedRules(
  direction: Direction,
  list: RuleList,
  { policy, revision }: Stamped<NetworkPolicy>,
  place: Place,
): Rule[] {
  const { kind, namespace, name } = policy;
  const action = list === direction ? "allow" : "deny";
  return (policy[list] ?? []).map((rule, index) => ({
    ref: { kind, tier: "NetworkPolicy", namespace, policy: name, direction, list, index, revision },
    action,
    matches: matchesOf(direction, rule, namespace, place),
  }));
}

function clusterRules(
  direction: Direction,
  { policy, revision }: Stamped<ClusterNetworkPolicy>,
  place: Place,
): Rule[] {
  const { kind, namespace, tier } = policy;
  const ref = { kind, tier, namespace, policy: policy.name, direction, list: direction, revision };
  return policy[direction].map((rule: ClusterRule, index) => ({
    ref: { ...ref, index, ...(rule.name === "" ? {} : { name: rule.name }) },
    action: rule.action,
    matches: matchesOf(direction, rule, namespace, place),
  }));
}

function matchesOf(
  direction: Direction,
  rule: PolicyRule,
  namespace: string,
  { endpoint, view }: Place,
): Match[] {
  const peers = rule.peers === "any" ? "any" : resolvePeers(rule.peers, namespace, view);
  if (rule.ports === "any") return [{ peers, ports: "any" }];
  return direction === "ingress"
    ? ingressMatches(peers, rule.ports, endpoint)
    : egressMatches(peers, rule.ports, view);
}
