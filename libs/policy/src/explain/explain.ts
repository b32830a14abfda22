import type { Address } from "@weft/netaddr";
import type { PolicyKind, Tier } from "../cluster-policy.ts";
import { addressesOf, applies, decideSide, type Flow, type Packet, type SideDecision } from "../decide.ts";
import type { Direction } from "../network-policy.ts";
import { protocolNumbers } from "../protocol.ts";
import { type DirectionRules, type Rule, type RuleRef, rulesFor } from "../rules.ts";
import type { PolicyEndpoint, PolicyView } from "../view.ts";
import { type NearRule, nearRule } from "./near.ts";
import { otherOf } from "./peer-misses.ts";
import { ruleOf, selectingPolicies } from "./selecting.ts";

/** A policy that is asked about one end of a flow. */
export interface SelectingPolicy {
  readonly kind: PolicyKind;
  readonly tier: Tier;
  /** Empty: it has none. */
  readonly namespace: string;
  readonly name: string;
  /** Of the event that applied it. */
  readonly revision: number;
  /** How many rules it has in the direction concerned, those that deny included. */
  readonly rules: number;
}

/**
 * Why a side judged as it did. `outside`: the end is no container, nothing judges there. `unselected`: no policy is
 * asked. `rule`: the first rule that applied and did not pass. `default`: a NetworkPolicy governs and no rule applied.
 * `open`: only policies of the cluster are asked, and none of their rules decided. `trusted`: allowed before what
 * NetworkPolicies allow.
 */
export type Ground = "outside" | "unselected" | "trusted" | "rule" | "default" | "open";

/** The verdict of one end and why. */
export interface SideExplanation extends SideDecision {
  readonly direction: Direction;
  readonly ground: Ground;
  /** The policies that are asked, in the order in which they are. */
  readonly policies: readonly SelectingPolicy[];
  /** The rules that applied and passed the flow on to the next tier. */
  readonly passed: readonly RuleRef[];
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
  const none = { direction, policies: [], passed: [], nearest: [] };
  if (!("id" in end)) return { ...none, enforced: false, allowed: true, ground: "outside" };
  const packet = {
    identity: peer.identity,
    address,
    protocol: protocolNumbers[flow.protocol],
    port: flow.port,
  };
  const rules = rulesFor(end, view);
  const decided = decideSide(rules, direction, packet);
  const ground = groundOf(decided, rules[direction]);
  return {
    ...decided,
    direction,
    ground,
    policies: policiesOf(end, direction, view),
    passed: passedOn(rules[direction], decided.rule, packet),
    nearest: ground === "default" ? nearestRules(end, direction, flow, address, view) : [],
  };
}

function groundOf({ enforced, allowed, rule }: SideDecision, { fallback }: DirectionRules): Ground {
  if (!enforced) return "unselected";
  if (rule !== undefined) return "rule";
  if (!allowed) return "default";
  return fallback === "allow" ? "open" : "trusted";
}

function policiesOf(end: PolicyEndpoint, direction: Direction, view: PolicyView): SelectingPolicy[] {
  return selectingPolicies(end, direction, view).map(({ policy, revision }) => {
    const { kind, namespace, name } = policy;
    if (policy.kind === "ClusterNetworkPolicy")
      return { kind, tier: policy.tier, namespace, name, revision, rules: policy[direction].length };
    const rules = [policy[direction], policy[`${direction}Deny`]].flatMap((list) => list ?? []);
    return { kind, tier: "NetworkPolicy", namespace, name, revision, rules: rules.length };
  });
}

/** The rules that passed a packet on before the one that decided; of a tier only the first counts. */
function passedOn({ rules }: DirectionRules, decider: RuleRef | undefined, packet: Packet): RuleRef[] {
  const passed: RuleRef[] = [];
  for (const { ref, action, matches } of rules) {
    if (ref === decider) break;
    if (action !== "pass" || passed.at(-1)?.tier === ref.tier) continue;
    if (matches.some((match) => applies(match, packet))) passed.push(ref);
  }
  return passed;
}

/** The rules of a container that allow something, the one that is off the least first. */
export function nearestRules(
  end: PolicyEndpoint,
  direction: Direction,
  flow: Flow,
  address: Address,
  view: PolicyView,
  wanted: (rule: Rule) => boolean = ({ action }) => action === "allow",
): NearRule[] {
  const other = otherOf(direction === "egress" ? flow.to : flow.from, address, view);
  const policies = selectingPolicies(end, direction, view);
  const all = rulesFor(end, view)[direction].rules.filter(wanted);
  const near = all.flatMap(({ ref }) => {
    const rule = ruleOf(ref, policies);
    return rule === undefined ? [] : [nearRule(ref, rule, flow, other, view)];
  });
  return near.sort((a, b) => a.distance - b.distance);
}
