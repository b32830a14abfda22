import type { Direction, IpBlock, PolicyRule } from "./network-policy.ts";
import { resolvePeers } from "./peers.ts";
import { egressMatches, ingressMatches } from "./ports.ts";
import type { PortRange } from "./protocol.ts";
import { type Revocation, strictest } from "./revocation.ts";
import { selects } from "./selector.ts";
import { type PolicyEndpoint, type PolicyView, reservedIdentities, type StampedPolicy } from "./view.ts";
import { indexOf } from "./view-index.ts";

/** Names a rule of a policy; index counts the policy's rules of this direction from 0. */
export interface RuleRef {
  readonly namespace: string;
  readonly policy: string;
  readonly direction: Direction;
  readonly index: number;
  readonly revision: number;
}

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
  readonly action: "allow" | "deny";
  readonly matches: readonly Match[];
}

/** The rules of one container in one direction. */
export interface DirectionRules {
  /** False: no policy selects the container, everything is allowed. */
  readonly enforced: boolean;
  /** In order of precedence: the first that applies decides; if none does, the packet is denied. */
  readonly rules: readonly Rule[];
  /** Newest revision of the policies that select the container in this direction; 0 if none does. */
  readonly revision: number;
  /** What becomes of flows that lose their permission: the strictest of the policies that govern this direction. */
  readonly revocation: Revocation;
}

/** The rules of one container. */
export interface EndpointRules {
  readonly endpoint: string;
  readonly ingress: DirectionRules;
  readonly egress: DirectionRules;
  /** Identities that are allowed before any rule is looked at. */
  readonly trusted: readonly number[];
}

/** The rules that a view holds for one container, ordered by policy name and rule index. */
export function rulesFor(endpoint: PolicyEndpoint, view: PolicyView): EndpointRules {
  const index = indexOf(view);
  const known = index.rules.get(endpoint);
  if (known !== undefined) return known;
  const rules = makeRules(endpoint, view, index.policies);
  index.rules.set(endpoint, rules);
  return rules;
}

function makeRules(
  endpoint: PolicyEndpoint,
  view: PolicyView,
  policies: ReadonlyMap<string, readonly StampedPolicy[]>,
): EndpointRules {
  const selecting = (policies.get(endpoint.namespace) ?? []).filter(({ policy }) =>
    selects(policy.podSelector, endpoint.labels),
  );
  return {
    endpoint: endpoint.id,
    ingress: directionRules("ingress", selecting, endpoint, view),
    egress: directionRules("egress", selecting, endpoint, view),
    trusted: (view.trusted ?? [reservedIdentities.host]).toSorted((a, b) => a - b),
  };
}

function directionRules(
  direction: Direction,
  selecting: readonly StampedPolicy[],
  endpoint: PolicyEndpoint,
  view: PolicyView,
): DirectionRules {
  const governing = selecting.filter(({ policy }) => policy[direction] !== undefined);
  const rules = governing.flatMap(({ policy, revision }) =>
    (policy[direction] ?? []).map((rule, index): Rule => {
      const ref = { namespace: policy.namespace, policy: policy.name, direction, index, revision };
      return { ref, action: "allow", matches: matchesOf(direction, rule, policy.namespace, endpoint, view) };
    }),
  );
  const revision = Math.max(0, ...governing.map((stamped) => stamped.revision));
  const revocation = strictest(governing.map(({ policy }) => policy.revocation));
  return { enforced: governing.length > 0, rules, revision, revocation };
}

function matchesOf(
  direction: Direction,
  rule: PolicyRule,
  namespace: string,
  endpoint: PolicyEndpoint,
  view: PolicyView,
): Match[] {
  const peers = resolvePeers(rule.peers, namespace, view);
  if (rule.ports === "any") return [{ peers, ports: "any" }];
  return direction === "ingress"
    ? ingressMatches(peers, rule.ports, endpoint)
    : egressMatches(peers, rule.ports, view);
}
