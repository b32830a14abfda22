import type { Prefix } from "@weft/netaddr";
import type { Protocol } from "./protocol.ts";
import type { Revocation } from "./revocation.ts";
import type { Selector } from "./selector.ts";

/** Which way packets go, seen from the container that the policy selects. */
export type Direction = "ingress" | "egress";

/** A NetworkPolicy with every default filled in. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: Selector;
  /** Undefined: the policy says nothing about this direction. Empty: it allows nothing. */
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
  readonly revocation: Revocation;
}

/** Allows what is both from (or to) one of the peers and on one of the ports. */
export interface PolicyRule {
  /** "any": everybody, in the mesh or not. */
  readonly peers: "any" | readonly PolicyPeer[];
  /** "any": all ports of all protocols. */
  readonly ports: "any" | readonly PolicyPort[];
}

/** Somebody at the other end. */
export type PolicyPeer = PodPeer | BlockPeer;

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

/** A prefix without some prefixes inside of it. */
export interface IpBlock {
  readonly cidr: Prefix;
  readonly except: readonly Prefix[];
}

/** Ports of one protocol: a range (0..65535: all of them) or a name that the receiver gives a number. */
export type PolicyPort =
  | { readonly kind: "range"; readonly protocol: Protocol; readonly from: number; readonly to: number }
  | { readonly kind: "named"; readonly protocol: Protocol; readonly name: string };
