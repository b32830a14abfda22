import type { Path } from "@weft/manifest";
import { type Address, formatAddress, formatPrefix, type Labels, prefixContains } from "@weft/netaddr";
import type { Party } from "../decide.ts";
import type { BlockPeer, EntityPeer, NodePeer, PodPeer, PolicyPeer } from "../network-policy.ts";
import { blockContains, resolvePeers } from "../peers.ts";
import { type Requirement, type Selector, selects } from "../selector.ts";
import type { PolicyView } from "../view.ts";
import { indexOf } from "../view-index.ts";
import type { Miss, MissKind } from "./miss.ts";

/** The other end of a flow as peers of rules see it. */
export interface Other {
  readonly identity: number;
  readonly address: Address;
  /** Namespace and labels; unset for whoever is no container. */
  readonly container?: { readonly namespace: string; readonly labels: Labels };
}

/** What selectors can see of a party: the labels that its identity stands for. */
export function otherOf(party: Party, address: Address, view: PolicyView): Other {
  const known = indexOf(view).identity(party.identity);
  const { identity } = party;
  if (known === undefined) return { identity, address };
  return { identity, address, container: { namespace: known.namespace, labels: known.labels } };
}

/** Why a peer of a policy in `namespace` is not the other end; none: it is. */
export function peerMisses(
  peer: PolicyPeer,
  path: Path,
  namespace: string,
  other: Other,
  view: PolicyView,
): Miss[] {
  if (peer.kind === "block") return blockMisses(peer, path, other.address);
  if (peer.kind === "pods") return podMisses(peer, path, namespace, other, view);
  return groupMisses(peer, path, other, view);
}

// Entities and nodes are or are not the other end; no field of theirs is nearer than another.
function groupMisses(peer: EntityPeer | NodePeer, path: Path, other: Other, view: PolicyView): Miss[] {
  const { identities, blocks } = resolvePeers([peer], "", view);
  if (identities.has(other.identity)) return [];
  if (blocks.some((block) => blockContains(block, other.address))) return [];
  const wanted = peer.kind === "entity" ? peer.entity : "the addresses of nodes";
  const message = `wants ${wanted}, the peer is ${formatAddress(other.address)}`;
  return [{ kind: "outside", path, message, distance: 3 }];
}

function podMisses(peer: PodPeer, path: Path, own: string, other: Other, view: PolicyView): Miss[] {
  const { container, address } = other;
  if (container === undefined) {
    const message = `selects containers, and ${formatAddress(address)} is none`;
    return [{ kind: "outside", path, message, distance: 3 }];
  }
  const { namespace, labels } = container;
  const whose = `namespace ${namespace}`;
  const inNamespace =
    peer.namespaceSelector === undefined
      ? namespaceMisses(path, own, namespace)
      : selectorMisses(
          peer.namespaceSelector,
          [...path, "namespaceSelector"],
          indexOf(view).namespaceLabels(namespace),
          { kind: "namespace-labels", whose },
        );
  const pods = selectorMisses(peer.podSelector, [...path, "podSelector"], labels, {
    kind: "labels",
    whose: "the peer",
  });
  return [...inNamespace, ...pods];
}

function namespaceMisses(path: Path, own: string, namespace: string): Miss[] {
  if (namespace === own) return [];
  const message = `without a namespaceSelector only containers of namespace ${own} are meant, and the peer is in ${namespace}`;
  return [{ kind: "namespace", path, message, distance: 1 }];
}

/** The requirements of a selector that labels do not fulfil. */
function selectorMisses(
  selector: Selector,
  path: Path,
  labels: Labels,
  { kind, whose }: { readonly kind: MissKind; readonly whose: string },
): Miss[] {
  return selector
    .filter((requirement) => !selects([requirement], labels))
    .map((requirement) => {
      const { key } = requirement;
      const has = Object.hasOwn(labels, key) ? `has ${key}=${labels[key]}` : `has no label ${key}`;
      return {
        kind,
        path,
        key,
        message: `wants ${requirementText(requirement)}, ${whose} ${has}`,
        distance: 1,
      };
    });
}

/** A requirement as people write it: `app=web`, `tier in (a, b)`, `not env`. */
function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(", ")})`;
    case "NotIn":
      return `${key} not in (${values.join(", ")})`;
    case "Exists":
      return `a label ${key}`;
    case "DoesNotExist":
      return `no label ${key}`;
  }
}

function blockMisses({ cidr, except }: BlockPeer, path: Path, address: Address): Miss[] {
  const is = `the peer is ${formatAddress(address)}`;
  if (!prefixContains(cidr, address)) {
    const distance = cidr.address.family === address.family ? 1 : 2;
    const message = `wants an address in ${formatPrefix(cidr)}, ${is}`;
    return [{ kind: "address", path: [...path, "ipBlock", "cidr"], message, distance }];
  }
  const hole = except.findIndex((one) => prefixContains(one, address));
  const found = except[hole];
  if (found === undefined) return [];
  const message = `leaves out ${formatPrefix(found)}, and ${is}`;
  return [{ kind: "except", path: [...path, "ipBlock", "except", hole], message, distance: 1 }];
}
