import { formatAddress, type Labels, type Prefix } from "@weft/netaddr";
import type { PodPort } from "../manifests/pods.ts";
import { type BlockLayout, layOut, suffixAddress, suffixesOf } from "./blocks.ts";
import { finding, refusal } from "./read.ts";
import type { ConformanceCase } from "./schema.ts";
import { blocksOf } from "./translate.ts";

/** A host that containers can be put on. */
export interface ConformanceHost {
  readonly name: string;
  /** Where its containers' addresses are from; one for each family that is tried. */
  readonly prefixes: readonly Prefix[];
}

/** A pod of a file of cases, and where it is put. */
export interface PlannedPod {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  /** Exact addresses, for cases with address blocks. */
  readonly addresses?: { readonly ipv6: string; readonly ipv4?: string };
}

/** What is to be made for a file of cases. */
export interface WorldPlan {
  readonly hosts: readonly ConformanceHost[];
  readonly served: readonly PodPort[];
  /** By "namespace/name". */
  readonly pods: ReadonlyMap<string, PlannedPod>;
  readonly layout: BlockLayout;
  /** Every label set that a pod ever has, with its namespace, in order. */
  readonly labels: readonly { readonly namespace: string; readonly labels: Labels }[];
}

/**
 * Plans a world: every pod that appears in any step, spread over the hosts. If any policy has address blocks, pods get
 * addresses in turn in each of them and outside, so that every block and every `except` splits the pods.
 */
export function planWorld(
  cases: readonly ConformanceCase[],
  served: readonly PodPort[],
  hosts: readonly ConformanceHost[],
  file: string,
): WorldPlan {
  const steps = cases.flatMap((one) => one.steps);
  const names = [...new Set(steps.flatMap((step) => Object.keys(step.pods)))];
  const layout = layOut(steps.flatMap((step) => blocksOf(step.policies)));
  const exact = layout.ranges.size > 0;
  const suffixes = layout.regions.map(suffixesOf);
  const period = leastCommonMultiple(exact ? suffixes.length : 1, hosts.length);
  const pods = names.map((id, index): [string, PlannedPod] => {
    const [namespace = "", name = ""] = id.split("/");
    const host = hosts[(index + Math.floor(index / period)) % hosts.length];
    if (host === undefined) throw new RangeError("there is no host to put a pod on");
    if (!exact) return [id, { namespace, name, host: host.name }];
    const suffix = suffixes[index % suffixes.length]?.[Math.floor(index / suffixes.length)];
    if (suffix === undefined) {
      const message = `${names.length} pods do not fit into ${suffixes.length} blocks of addresses`;
      throw refusal([finding(file, [], message, "fewer pods, or fewer blocks at once (--case)")]);
    }
    return [id, { namespace, name, host: host.name, addresses: addressesOn(host, suffix) }];
  });
  const sets = steps.flatMap((step) =>
    Object.entries(step.pods).map(([id, labels]) => ({ namespace: id.split("/")[0] ?? "", labels })),
  );
  const labels = [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()];
  return { hosts, served, pods: new Map(pods), layout, labels };
}

function addressesOn({ prefixes }: ConformanceHost, suffix: number) {
  const of = (family: 4 | 6) => {
    const prefix = prefixes.find(({ address }) => address.family === family);
    return prefix && formatAddress(suffixAddress(prefix, suffix));
  };
  const [ipv6 = "", ipv4] = [of(6), of(4)];
  return ipv4 === undefined ? { ipv6 } : { ipv6, ipv4 };
}

function leastCommonMultiple(a: number, b: number): number {
  let common = a;
  while (common % b !== 0) common += a;
  return common;
}
