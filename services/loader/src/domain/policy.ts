// What a container's policy is in the kernel: constants, private maps, and the revision from which it holds.
import type { Endpoint, Mesh } from "@weft/model";
import { eachEndpoint } from "@weft/model";
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
  readonly maps: Readonly<Record<PolicyMap, Entries>>;
}

function classOf(table: weft.v1.IPolicyTable | null | undefined): (identity: number) => number {
  const classes = new Map<number, number>();
  if (table?.enforced === true) {
    for (const one of table.identities ?? []) classes.set(one.identity ?? 0, one.class ?? 0);
  }
  return (identity) => classes.get(identity) ?? 0;
}

/**
 * Revision of the last relabelling that moved a container from one identity class of this policy to another: flows
 * that were decided before it are decided again. 0 when there was none. Address changes need none: an address is not
 * handed out again while its flows live.
 */
export function identityRevision(mesh: Mesh, policy: KernelPolicy): number {
  const ingress = classOf(policy.tables.ingress);
  const egress = classOf(policy.tables.egress);
  let revision = 0;
  for (const endpoint of eachEndpoint(mesh)) {
    for (let i = 1; i < endpoint.history.length; i += 1) {
      const [before, after] = [endpoint.history[i - 1], endpoint.history[i]];
      if (before === undefined || after === undefined || after.revision <= revision) continue;
      const moved =
        ingress(before.identity) !== ingress(after.identity) ||
        egress(before.identity) !== egress(after.identity);
      if (moved) revision = after.revision;
    }
  }
  return revision;
}

/** Answers the policy of each container of a mesh. */
export type PolicyOf = (endpoint: Endpoint) => KernelPolicy;
