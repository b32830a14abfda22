import type { Address, Family } from "@weft/netaddr";
import type { Tier } from "./cluster-policy.ts";
import { blockContains } from "./peers.ts";
import { type ProtocolName, protocolNumbers } from "./protocol.ts";
import { type DirectionRules, type EndpointRules, type Match, type RuleRef, rulesFor } from "./rules.ts";
import type { PolicyEndpoint, PolicyView } from "./view.ts";

/** One end of a flow: a container, or somebody else by identity and address. */
export type Party = PolicyEndpoint | { readonly identity: number; readonly address: Address };

/** A question: may `from` open this to `to`? */
export interface Flow {
  readonly from: Party;
  readonly to: Party;
  readonly protocol: ProtocolName;
  /** Of the receiver; 0 for protocols without ports. */
  readonly port: number;
  /** Which address of containers to use; unset: IPv6 if both ends have it. */
  readonly family?: Family;
}

/** The verdict of one end. */
export interface SideDecision {
  /** False: no policy selects this end, or it is no container. */
  readonly enforced: boolean;
  readonly allowed: boolean;
  /** The rule that decided; unset: none did (the fallback, not enforced, or a trusted peer). */
  readonly rule?: RuleRef;
}

/** The verdict on a flow: allowed where both ends allow it. */
export interface Decision {
  readonly allowed: boolean;
  readonly egress: SideDecision;
  readonly ingress: SideDecision;
}

/** Decides a flow straight from the rules, rule by rule. */
export function decide(flow: Flow, view: PolicyView): Decision {
  const [from, to] = addressesOf(flow);
  const open: SideDecision = { enforced: false, allowed: true };
  const protocol = protocolNumbers[flow.protocol];
  const side = (end: Party, direction: "ingress" | "egress", peer: Party, address: Address): SideDecision => {
    if (!("id" in end)) return open;
    const packet = { identity: peer.identity, address, protocol, port: flow.port };
    return decideSide(rulesFor(end, view), direction, packet);
  };
  const egress = side(flow.from, "egress", flow.to, to);
  const ingress = side(flow.to, "ingress", flow.from, from);
  return { allowed: egress.allowed && ingress.allowed, egress, ingress };
}

/** What the datapath knows of a packet's other end, and where the packet goes. */
export interface Packet {
  /** Of the peer: the sender for ingress, the receiver for egress. */
  readonly identity: number;
  readonly address: Address;
  /** IP protocol number. */
  readonly protocol: number;
  /** Destination port; 0 for protocols without. */
  readonly port: number;
}

/** Decides one direction of one container from its rules. */
export function decideSide(
  rules: EndpointRules,
  direction: "ingress" | "egress",
  packet: Packet,
): SideDecision {
  const own: DirectionRules = rules[direction];
  if (!own.enforced) return { enforced: false, allowed: true };
  const trusted = rules.trusted.includes(packet.identity);
  let passed: Tier | undefined;
  for (const [index, { ref, action, matches }] of own.rules.entries()) {
    if (trusted && index === own.trustedAt) return { enforced: true, allowed: true };
    if (ref.tier === passed || !matches.some((match) => applies(match, packet))) continue;
    if (action !== "pass") return { enforced: true, allowed: action === "allow", rule: ref };
    passed = ref.tier;
  }
  if (trusted && own.trustedAt === own.rules.length) return { enforced: true, allowed: true };
  return { enforced: true, allowed: own.fallback === "allow" };
}

/** Whether a packet is what a match means. */
export function applies({ peers, ports }: Match, { identity, address, protocol, port }: Packet): boolean {
  const peer =
    peers === "any" ||
    peers.identities.has(identity) ||
    peers.blocks.some((block) => blockContains(block, address));
  if (!peer) return false;
  if (ports === "any") return true;
  return ports.some((range) => range.protocol === protocol && range.from <= port && port <= range.to);
}

/** The addresses that a flow goes from and to; throws RangeError if its ends share no family. */
export function addressesOf({ from, to, family }: Flow): [Address, Address] {
  for (const wanted of family === undefined ? ([6, 4] as const) : [family]) {
    const [a, b] = [addressOf(from, wanted), addressOf(to, wanted)];
    if (a !== undefined && b !== undefined) return [a, b];
  }
  throw new RangeError(
    `the ends of the flow share no address family${family === undefined ? "" : ` ${family}`}`,
  );
}

function addressOf(party: Party, family: Family): Address | undefined {
  const addresses = "id" in party ? party.addresses : [party.address];
  return addresses.find((address) => address.family === family);
}
