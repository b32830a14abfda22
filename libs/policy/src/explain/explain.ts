import type { Address } from "@weft/netaddr";
import { addressesOf, decideSide, type Flow, type SideDecision } from "../decide.ts";
import type { Direction, NetworkPolicy } from "../network-policy.ts";
import type { Stamped } from "../order.ts";
import { protocolNumbers } from "../protocol.ts";
import { type RuleRef, rulesFor } from "../rules.ts";
import { selects } from "../selector.ts";
import type { PolicyEndpoint, PolicyView } from "../view.ts";
import { indexOf } from "../view-index.ts";
import { type NearRule, nearRule } from "./near.ts";
import { otherOf } from "./peer-misses.ts";

/** A policy that governs one end of a flow. */
export interface SelectingPolicy {
  readonly namespace: string;
  readonly name: string;
  /** Of the event that applied it. */
  readonly revision: number;
  /** How many rules it has in the direction concerned. */
  readonly rules: number;
}

/**
 * Why a side judged as it did. `outside`: the end is no container, nothing judges there. `unselected`: no policy governs
 * it. `trusted`: the peer is allowed before any rule. `rule`: the first rule that applied. `default`: it is governed and
 * no rule applied.
 */
export type Ground = "outside" | "unselected" | "trusted" | "rule" | "default";

/** The verdict of one end and why. */
export interface SideExplanation extends SideDecision {
  readonly direction: Direction;
  readonly ground: Ground;
  /** The policies that select the end in this direction, by name. */
  readonly policies: readonly SelectingPolicy[];
  /** Of a default denial: every rule that might have allowed, the nearest first. */
  readonly nearest: readonly NearRule[];
}

/** The verdict on a flow and why, from both ends. */
export interface Explanation {
  readonly flow: Flow;
  /** The addresses that were judged. */
  readonly addresses: { readonly from: Address; readonly to: Address };
  readonly allowed: boolean;
  readonly egress: SideExplanation;
  readonly ingress: SideExplanation;
}

/** Explains what {@link decide} says of a flow. Throws RangeError if its ends share no family. */
export function explain(flow: Flow, view: PolicyView): Explanation {
  const [from, to] = addressesOf(flow);
  const egress = explainSide(flow, "egress", to, view);
  const ingress = explainSide(flow, "ingress", from, view);
  return { flow, addresses: { from, to }, allowed: egress.allowed && ingress.allowed, egress, ingress };
}

function explainSide(flow: Flow, direction: Direction, address: Address, view: PolicyView): SideExplanation {
  const [end, peer] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
  const none = { direction, policies: [], nearest: [] };
  if (!("id" in end)) return { ...none, enforced: false, allowed: true, ground: "outside" };
  const packet = {
    identity: peer.identity,
    address,
    protocol: protocolNumbers[flow.protocol],
    port: flow.port,
  };
  const decided = decideSide(rulesFor(end, view), direction, packet);
  const governing = governingPolicies(end, direction, view);
  const policies = governing.map(({ policy: { namespace, name, [direction]: rules = [] }, revision }) => {
    return { namespace, name, revision, rules: rules.length };
  });
  const ground = groundOf(decided);
  const nearest = ground === "default" ? nearestRules(governing, flow, direction, address, view) : [];
  return { ...decided, direction, ground, policies, nearest };
}

function groundOf({ enforced, allowed, rule }: SideDecision): Ground {
  if (!enforced) return "unselected";
  if (rule !== undefined) return "rule";
  return allowed ? "trusted" : "default";
}

/** The policies that select a container in one direction, by name. */
export function governingPolicies(
  end: PolicyEndpoint,
  direction: Direction,
  view: PolicyView,
): readonly Stamped<NetworkPolicy>[] {
  const own = indexOf(view).policiesIn(end.namespace);
  return own.filter(
    ({ policy }) => policy[direction] !== undefined && selects(policy.podSelector, end.labels),
  );
}

/** The rules of policies, the one that is off the least first; policies that have none are in no place. */
export function nearestRules(
  governing: readonly Stamped<NetworkPolicy>[],
  flow: Flow,
  direction: Direction,
  address: Address,
  view: PolicyView,
): NearRule[] {
  const other = otherOf(direction === "egress" ? flow.to : flow.from, address, view);
  const all = governing.flatMap(({ policy, revision }) =>
    (policy[direction] ?? []).map((rule, index) => {
      const { kind, namespace, name } = policy;
      const place = { tier: "NetworkPolicy", namespace, policy: name, direction, list: direction } as const;
      const ref: RuleRef = { kind, ...place, index, revision };
      return nearRule(ref, policy, rule, flow, other, view);
    }),
  );
  return all.sort((a, b) => a.distance - b.distance);
}
