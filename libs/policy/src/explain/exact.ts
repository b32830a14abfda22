// Selectors that mean one kind of container and no other that is known.
import { type Address, familyBits, formatPrefix, type Labels } from "@weft/netaddr";
import type { Party } from "../decide.ts";
import type { PolicyView } from "../view.ts";
import { indexOf } from "../view-index.ts";
import { otherOf } from "./peer-misses.ts";

/** A LabelSelector as manifests have it. */
export interface SelectorManifest {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: "DoesNotExist" }[];
}

/** A NetworkPolicyPeer as manifests have it. */
export type PeerManifest =
  | { readonly namespaceSelector?: SelectorManifest; readonly podSelector: SelectorManifest }
  | { readonly ipBlock: { readonly cidr: string } };

/**
 * Selects containers with exactly these labels, of all that are known in their namespace: those that have more labels are
 * told apart by keys that must not be there, by as few as will do.
 */
export function exactSelector(labels: Labels, namespace: string, view: PolicyView): SelectorManifest {
  const wanted = Object.entries(labels);
  let others = indexOf(view)
    .identities.filter((known) => known.namespace === namespace)
    .map((known) => known.labels)
    .filter((one) => wanted.every(([key, value]) => Object.hasOwn(one, key) && one[key] === value))
    .map((one) => Object.keys(one).filter((key) => !Object.hasOwn(labels, key)))
    .filter((extra) => extra.length > 0);
  const keys: string[] = [];
  while (others.length > 0) {
    const key = commonest(others.flat());
    keys.push(key);
    others = others.filter((extra) => !extra.includes(key));
  }
  return {
    ...(wanted.length === 0 ? {} : { matchLabels: labels }),
    ...(keys.length === 0
      ? {}
      : { matchExpressions: keys.sort().map((key) => ({ key, operator: "DoesNotExist" as const })) }),
  };
}

function commonest(keys: readonly string[]): string {
  const counts = [...Map.groupBy(keys, (key) => key)].map(([key, all]) => ({ key, count: all.length }));
  counts.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  return counts[0]?.key ?? "";
}

/** Means one party to the policies of a namespace: a container by its labels, anybody else by the address. */
export function exactPeer(party: Party, address: Address, namespace: string, view: PolicyView): PeerManifest {
  const { container } = otherOf(party, address, view);
  if (container === undefined) {
    return { ipBlock: { cidr: formatPrefix({ address, length: familyBits(address.family) }) } };
  }
  const podSelector = exactSelector(container.labels, container.namespace, view);
  if (container.namespace === namespace) return { podSelector };
  const matchLabels = { "kubernetes.io/metadata.name": container.namespace };
  return { namespaceSelector: { matchLabels }, podSelector };
}
