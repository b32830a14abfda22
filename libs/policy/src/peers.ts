import { type Address, familyBits, formatPrefix, prefixContains } from "@weft/netaddr";
import { entityIdentities } from "./entities.ts";
import type { IpBlock, NodePeer, PodPeer, PolicyPeer } from "./network-policy.ts";
import type { Peers } from "./rules.ts";
import { selects } from "./selector.ts";
import type { PolicyView } from "./view.ts";
import { indexOf } from "./view-index.ts";

/** The identities and blocks that peers of a policy in `namespace` stand for. Equal peers give the same object. */
export function resolvePeers(
  peers: readonly PolicyPeer[],
  namespace: string,
  view: PolicyView,
): Exclude<Peers, "any"> {
  const index = indexOf(view);
  const key = `${namespace} ${JSON.stringify(peers.map(peerKey))}`;
  return index.peers(key, () => ({
    identities: new Set(peers.flatMap((peer) => identitiesOf(peer, namespace, view))),
    blocks: peers.flatMap((peer) => blocksOf(peer, view)),
  }));
}

/** Whether peers are the same identities and blocks. */
export function samePeers(a: Peers, b: Peers): boolean {
  if (a === "any" || b === "any") return a === b;
  return (
    a.identities.size === b.identities.size &&
    a.identities.isSubsetOf(b.identities) &&
    a.blocks.length === b.blocks.length &&
    a.blocks.every((block, n) => b.blocks[n] !== undefined && blockText(block) === blockText(b.blocks[n]))
  );
}

function blockText({ cidr, except }: IpBlock): string {
  return [cidr, ...except].map(formatPrefix).join();
}

/** Whether an address is in a block and in none of its exceptions. */
export function blockContains({ cidr, except }: IpBlock, address: Address): boolean {
  return prefixContains(cidr, address) && !except.some((hole) => prefixContains(hole, address));
}

function identitiesOf(peer: PolicyPeer, namespace: string, view: PolicyView): readonly number[] {
  const index = indexOf(view);
  if (peer.kind === "pods") {
    return index
      .candidates(peer, namespace)
      .filter((known) => selectsPod(peer, namespace, known.namespace, known.labels, view))
      .map(({ identity }) => identity);
  }
  if (peer.kind !== "entity") return [];
  const known = index.identities.map(({ identity }) => identity);
  return entityIdentities(peer.entity, known);
}

function blocksOf(peer: PolicyPeer, view: PolicyView): readonly IpBlock[] {
  if (peer.kind === "block") return [{ cidr: peer.cidr, except: peer.except }];
  return peer.kind === "nodes" ? nodeBlocks(peer, view) : [];
}

function nodeBlocks({ selector }: NodePeer, view: PolicyView): IpBlock[] {
  return [...indexOf(view).hosts]
    .filter(({ labels }) => selects(selector, labels))
    .flatMap(({ addresses }) => addresses)
    .map((address) => ({ cidr: { address, length: familyBits(address.family) }, except: [] }));
}

/** Whether a selector of namespaces and one of pods select a container together. */
export function selectsPod(
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
  if (peer.kind !== "block") return peer;
  return [formatPrefix(peer.cidr), ...peer.except.map(formatPrefix)];
}
