import type { Path } from "@weft/manifest";
import type { Flow } from "../decide.ts";
import type { PolicyRule } from "../network-policy.ts";
import type { RuleRef } from "../rules.ts";
import type { PolicyView } from "../view.ts";
import { writtenAs } from "../written.ts";
import { distanceOf, type Miss, nearestOf } from "./miss.ts";
import { type Other, peerMisses } from "./peer-misses.ts";
import { portMisses } from "./port-misses.ts";

/** A rule that did not apply, and the fields that kept it from it: those of its nearest peer and its nearest port. */
export interface NearRule {
  readonly ref: RuleRef;
  readonly misses: readonly Miss[];
  /** How far off the rule is; the nearest of all is the likeliest to have been meant. */
  readonly distance: number;
}

/** What keeps a rule from applying to a flow; the other end is the flow's peer in the direction of the rule. */
export function nearRule(
  ref: RuleRef,
  rule: PolicyRule,
  flow: Flow,
  other: Other,
  view: PolicyView,
): NearRule {
  const path = rulePath(ref);
  const side = ref.direction === "ingress" ? "from" : "to";
  const ports = ref.kind === "ClusterNetworkPolicy" ? "protocols" : "ports";
  const misses = [
    ...peersMisses(rule, [...path, side], ref.namespace, other, view),
    ...portsMisses(rule, [...path, ports], flow, view),
  ];
  return { ref, misses, distance: distanceOf(misses) };
}

/** Where a rule stands in the manifest of its policy. */
export function rulePath({ list, index }: Pick<RuleRef, "list" | "index">): Path {
  return ["spec", list, index];
}

function peersMisses(
  { peers }: PolicyRule,
  path: Path,
  namespace: string,
  other: Other,
  view: PolicyView,
): readonly Miss[] {
  if (peers === "any") return [];
  return nearestOf(
    peers.map((peer, index) => peerMisses(peer, [...path, writtenAs(peer) ?? index], namespace, other, view)),
  );
}

function portsMisses({ ports }: PolicyRule, path: Path, flow: Flow, view: PolicyView): readonly Miss[] {
  if (ports === "any") return [];
  return nearestOf(
    ports.map((port, index) => portMisses(port, [...path, writtenAs(port) ?? index], flow, view)),
  );
}
