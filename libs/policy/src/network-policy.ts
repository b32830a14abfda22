import type { Prefix } from "@weft/netaddr";
import type { Entity } from "./entities.ts";
import type { Protocol, ProtocolName } from "./protocol.ts";
import type { Revocation } from "./revocation.ts";
import type { Selector } from "./selector.ts";

/** Which way packets go, seen from the container that the policy selects. */
export type Direction = "ingress" | "egress";

/** A NetworkPolicy with every default filled in. */
export interface NetworkPolicy {
  /** That of Kubernetes, or that of weft.dev/v1, which can say more. */
  readonly kind: "NetworkPolicy" | "NetworkPolicy.weft.dev";
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: Selector;
  /** Undefined: the policy says nothing about this direction. Empty: it allows nothing. */
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
  /** What no other NetworkPolicy can allow; unset: nothing. Only where the direction is governed. */
  readonly ingressDeny?: readonly PolicyRule[];
  readonly egressDeny?: readonly PolicyRule[];
  readonly revocation: Revocation;
}

/** Applies to what is both from (or to) one of the peers and on one of the ports. */
export interface PolicyRule {
  /** "any": everybody, in the mesh or not. */
  readonly peers: "any" | readonly PolicyPeer[];
  /** "any": all ports of all protocols. */
  readonly ports: "any" | readonly PolicyPort[];
}

/** Somebody at the other end. */
export type PolicyPeer = PodPeer | BlockPeer | EntityPeer | NodePeer;

/** Containers by their labels and those of their namespace. */
export interface PodPeer {
  readonly kind: "pods";
  /** Undefined: only the policy's own namespace. */
  readonly namespaceSelector?: Selector;
  readonly podSelector: Selector;
}

/** Addresses; those of containers, too. */
export interface BlockPeer extends IpBlock {
  readonly kind: "block";
}

/** Everybody of a sort. */
export interface EntityPeer {
  readonly kind: "entity";
  readonly entity: Entity;
}

/** The addresses of hosts, by the hosts' labels. */
export interface NodePeer {
  readonly kind: "nodes";
  readonly selector: Selector;
}

/** A prefix without some prefixes inside of it. */
export interface IpBlock {
  readonly cidr: Prefix;
  readonly except: readonly Prefix[];
}

/**
 * Ports of one protocol: a range (0..65535: all of them) or a name that the receiver gives a number. The port of an ICMP
 * message is the type of the request << 8 | its code.
 */
export type PolicyPort =
  | { readonly kind: "range"; readonly protocol: ProtocolName; readonly from: number; readonly to: number }
  | { readonly kind: "named"; readonly protocol: Protocol; readonly name: string };
