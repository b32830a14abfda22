import type { Policy } from "../cluster-policy.ts";
import type { Direction, PolicyRule } from "../network-policy.ts";
import type { Stamped } from "../order.ts";
import { policiesOf, type RuleRef } from "../rules.ts";
import type { PolicyEndpoint, PolicyView } from "../view.ts";

/**
 * The policies that are asked about a container in one direction, in the order in which they are: where a NetworkPolicy
 * governs, nothing comes to the Baseline.
 */
export function selectingPolicies(
  end: PolicyEndpoint,
  direction: Direction,
  view: PolicyView,
): readonly Stamped<Policy>[] {
  const selecting = policiesOf(end, view);
  const namespaced = selecting.namespaced.filter(({ policy }) => policy[direction] !== undefined);
  const cluster = selecting.cluster.filter(({ policy }) => policy[direction].length > 0);
  const admin = cluster.filter(({ policy }) => policy.tier === "Admin");
  const baseline = cluster.filter(({ policy }) => policy.tier === "Baseline");
  return [...admin, ...(namespaced.length > 0 ? namespaced : baseline)];
}

/** The rule that a reference names, as it is in its policy; undefined: it is in none of these. */
export function ruleOf(ref: RuleRef, policies: readonly Stamped<Policy>[]): PolicyRule | undefined {
  const found = policies.find(
    ({ policy }) =>
      policy.kind === ref.kind && policy.namespace === ref.namespace && policy.name === ref.policy,
  );
  if (found === undefined) return undefined;
  const { policy } = found;
  if (policy.kind !== "ClusterNetworkPolicy") return policy[ref.list]?.[ref.index];
  return policy[ref.direction][ref.index];
}
