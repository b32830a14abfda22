// What a container's policy is in the kernel: constants, private maps, and the revision from which it holds.
import type { Endpoint, Mesh } from "@weft/model";
import { eachEndpoint } from "@weft/model";
import type { WeftError } from "@weft/netaddr";

import type { EndpointRules, Revocation } from "@weft/policy";

import type { weft } from "@weft/proto";
import type { Entries } from "./bytes.ts";
import type { Constants } from "./settings.ts";

/** Private maps that hold the policy of a container in tier 0. */
export const policyMaps = ["identity_classes", "address_classes", "port_classes", "verdicts"] as const;

/** Name of a private policy map. */
export type PolicyMap = (typeof policyMaps)[number];

/** One container's policy, ready for the kernel. */
export interface KernelPolicy {
  /** Same key, same tables: what a specialised object is looked up by. */
  readonly key: string;
  readonly tables: weft.v1.IPolicyTables;
  readonly ingress: boolean;
  readonly egress: boolean;
  readonly addresses: boolean;
  readonly constants: Constants;
  /** What becomes of flows that it denies by now. */
  readonly revocation: { readonly ingress: Revocation; readonly egress: Revocation };
  readonly maps: Readonly<Record<PolicyMap, Entries>>;
  /** Entries of each map, zeros included. */
  readonly sizes: Readonly<Record<PolicyMap, number>>;
  /** What the tables were made of: a rule's number is its place in these, from 1. */
  readonly rules: EndpointRules;
  /** Why this is not what was decided, but default deny in its place. */
  readonly refused?: WeftError;
}

function classOf(table: weft.v1.IPolicyTable | null | undefined): (identity: number) => number {
  const classes = new Map<number, number>();
  if (table?.enforced === true) {
    for (const one of table.identities ?? []) classes.set(one.identity ?? 0, one.class ?? 0);
  }
  return (identity) => classes.get(identity) ?? 0;
}

/** A container's move from one identity to another. */
export interface Move {
  readonly from: number;
  readonly to: number;
  readonly revision: number;
}

/** Every change of identity that containers of the mesh have been through since they were attached. */
export function movesOf(mesh: Mesh): readonly Move[] {
  const moves: Move[] = [];
  for (const { history } of eachEndpoint(mesh)) {
    for (let i = 1; i < history.length; i += 1) {
      const [before, after] = [history[i - 1], history[i]];
      if (before !== undefined && after !== undefined) {
        moves.push({ from: before.identity, to: after.identity, revision: after.revision });
      }
    }
  }
  return moves;
}

/**
 * Revision of the last move between two identity classes of this policy: flows that were decided before it are decided
 * again. 0 when there was none. A change of address needs none: ipam does not hand an address out again while its flows
 * live.
 */
export function identityRevision(moves: readonly Move[], policy: KernelPolicy): number {
  if (moves.length === 0) return 0;
  const ingress = classOf(policy.tables.ingress);
  const egress = classOf(policy.tables.egress);
  const telling = moves.filter(
    ({ from, to }) => ingress(from) !== ingress(to) || egress(from) !== egress(to),
  );
  return Math.max(0, ...telling.map(({ revision }) => revision));
}

/** Answers the policy of each container of a mesh. */
export type PolicyOf = (endpoint: Endpoint) => KernelPolicy;
