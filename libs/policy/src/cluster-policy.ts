import type { NetworkPolicy, PodPeer, PolicyRule } from "./network-policy.ts";
import type { Revocation } from "./revocation.ts";

/** A ClusterNetworkPolicy with every default filled in. */
export interface ClusterNetworkPolicy {
  readonly kind: "ClusterNetworkPolicy";
  /** It has none. */
  readonly namespace: "";
  readonly name: string;
  readonly tier: "Admin" | "Baseline";
  /** 0..1000; the lowest is asked first. */
  readonly priority: number;
  readonly subject: Required<PodPeer>;
  readonly ingress: readonly ClusterRule[];
  readonly egress: readonly ClusterRule[];
  readonly revocation: Revocation;
}

/** A rule that says what becomes of what it applies to; "pass": the rest of its tier is skipped. */
export interface ClusterRule extends PolicyRule {
  /** For people; may be empty. */
  readonly name: string;
  readonly action: "allow" | "deny" | "pass";
}

/** A policy of any kind. */
export type Policy = NetworkPolicy | ClusterNetworkPolicy;

/** What a policy is, as it stands on record and in front of people. */
export type PolicyKind = Policy["kind"];

/** Groups of policies in the order in which they are asked. */
export type Tier = "Admin" | "NetworkPolicy" | "Baseline";
