import { type Address, formatPrefix, prefixContains } from "@weft/netaddr";
import type { BlockPeer, IpBlock, PodPeer, PolicyPeer } from "./network-policy.ts";
import type { Peers } from "./rules.ts";
import { selects } from "./selector.ts";
import type { PolicyView } from "./view.ts";
import { indexOf } from "./view-index.ts";

/** The identities and blocks that peers of a policy in `namespace` stand for. Equal peers give the same object. */
export function resolvePeers(
  peers: "any" | readonly PolicyPeer[],
  namespace: string,
  view: PolicyView,
): Peers {
  if (peers === "any") return "any";
  const index = indexOf(view);
  const key = `${namespace} ${JSON.stringify(peers.map(peerKey))}`;
  const known = index.peers.get(key);
  if (known !== undefined) return known;
  const pods = peers.filter((peer): peer is PodPeer => peer.kind === "pods");
  const blocks = peers
    .filter((peer): peer is BlockPeer => peer.kind === "block")
    .map(({ cidr, except }): IpBlock => ({ cidr, except }));
  const identities = pods.flatMap((peer) =>
    index
      .candidates(peer.podSelector)
      .filter((known) => selectsPod(peer, namespace, known.namespace, known.labels, view))
      .map(({ identity }) => identity),
  );
  const resolved: Peers = { identities: new Set(identities), blocks };
  index.peers.set(key, resolved);
  return resolved;
}

/** Whether an address is in a block and in none of its exceptions. */
export function blockContains({ cidr, except }: IpBlock, address: Address): boolean {
  return prefixContains(cidr, address) && !except.some((hole) => prefixContains(hole, address));
}

function selectsPod(
  peer: PodPeer,
  own: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  view: PolicyView,
): boolean {
  const inNamespace =
    peer.namespaceSelector === undefined
      ? namespace === own
      : selects(peer.namespaceSelector, indexOf(view).namespaceLabels(namespace));
  return inNamespace && selects(peer.podSelector, labels);
}

function peerKey(peer: PolicyPeer): unknown {
  if (peer.kind === "pods") return peer;
  return [formatPrefix(peer.cidr), ...peer.except.map(formatPrefix)];
}
