import type { ClusterNetworkPolicy, Policy } from "./cluster-policy.ts";
import type { NetworkPolicy } from "./network-policy.ts";
import type { StampedPolicy } from "./view.ts";

/** A policy of one sort and the revision of the event that applied it. */
export interface Stamped<P extends Policy> {
  readonly policy: P;
  readonly revision: number;
}

/**
 * Policies in an order that does not depend on how they are listed: those of namespaces by name, those of the cluster by
 * tier and priority, and by name where both are equal, which Kubernetes leaves open.
 */
export function orderPolicies(policies: readonly StampedPolicy[]): {
  readonly namespaced: readonly Stamped<NetworkPolicy>[];
  readonly cluster: readonly Stamped<ClusterNetworkPolicy>[];
} {
  const namespaced: Stamped<NetworkPolicy>[] = [];
  const cluster: Stamped<ClusterNetworkPolicy>[] = [];
  for (const { policy, revision } of policies) {
    if (policy.kind === "ClusterNetworkPolicy") cluster.push({ policy, revision });
    else namespaced.push({ policy, revision });
  }
  namespaced.sort(({ policy: a }, { policy: b }) => compare(a.name, b.name) || compare(a.kind, b.kind));
  cluster.sort(
    ({ policy: a }, { policy: b }) =>
      compare(a.tier, b.tier) || a.priority - b.priority || compare(a.name, b.name),
  );
  return { namespaced, cluster };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
