import type { Address, Labels } from "@weft/netaddr";

/** What was done: a new flow let pass, packets dropped, a flow ended that had been let pass, or one left alive that the policy denies now. */
export type FlowVerdict = "FORWARDED" | "DROPPED" | "CUT" | "KEPT";

/** Every verdict. */
export const flowVerdicts: readonly FlowVerdict[] = ["FORWARDED", "DROPPED", "CUT", "KEPT"];

/** What the packet was to its flow: by who began, before and after an answer; an answer; an ICMP error about it. */
export type FlowState = "new" | "established" | "reply" | "related";

/** One end of a flow. */
export interface FlowEnd {
  readonly address: Address;
  /** 0: not known. */
  readonly identity: number;
  /** Of the container that has the address; "": it is none's. */
  readonly namespace: string;
  readonly name: string;
  /** Labels of the identity, the namespace's left out. */
  readonly labels: Labels;
  /** Id of the container; "": the address is none's. */
  readonly endpoint: string;
  /** Host of the container, or the host that has the address; "": of the world. */
  readonly host: string;
}

/** The rule that decided, as it was at the revision of the flow. */
export interface FlowRule {
  /** "NetworkPolicy", "ClusterNetworkPolicy". */
  readonly kind: string;
  /** "Admin", "NetworkPolicy" or "Baseline". */
  readonly tier: string;
  /** "": of the cluster. */
  readonly namespace: string;
  readonly policy: string;
  readonly direction: "ingress" | "egress";
  /** The field of the spec in which the rule stands: the direction, "ingressDeny" or "egressDeny". */
  readonly list: string;
  /** Place in that list, from 0. */
  readonly index: number;
  /** What the policy calls the rule; "": nothing. */
  readonly name: string;
  /** Of the event that applied the policy. */
  readonly revision: number;
}

/** Packets that a host recorded and that were alike within a second, without their name in the stream. */
export interface NewFlow {
  readonly verdict: FlowVerdict;
  /** Name of the outcome, e.g. "drop_policy_ingress". */
  readonly reason: string;
  /** Of "drop_internal": which step of the program failed; else "". */
  readonly detail: string;
  /** Which policy of the container that judged was asked; undefined: none. */
  readonly direction: "ingress" | "egress" | undefined;
  readonly source: FlowEnd;
  readonly destination: FlowEnd;
  /** 0: none, or not the same in all packets. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** IANA's number: 6 is TCP. */
  readonly protocol: number;
  /** Undefined unless the protocol is ICMP or ICMPv6. */
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
  /** All that the packets had. */
  readonly tcpFlags: number;
  readonly state: FlowState | undefined;
  /** Policy revision of the container that judged; 0: it has none. */
  readonly revision: number;
  /** Number of the rule among the container's rules of the direction, from 1; 0: no rule. */
  readonly ruleNumber: number;
  /** Undefined: no rule, or (ruleNumber not 0) not known any more which one it was. */
  readonly rule: FlowRule | undefined;
  /** Packets. */
  readonly count: number;
  /** Their lengths together. */
  readonly bytes: number;
  /** When the first and the last were seen, in milliseconds since 1970. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A recorded flow. */
export interface Flow extends NewFlow {
  /** `<sequence of the batch>.<place in it>`. */
  readonly id: string;
  /** Host that recorded it. */
  readonly host: string;
}

/** Packets that should have been recorded and are in no batch. */
export interface FlowLoss {
  /** In the kernel, because a container had used up its share. */
  readonly suppressed: number;
  /** In the kernel, because nobody emptied the ring in time. */
  readonly ringFull: number;
  /** In the loader, because too many different flows came at once. */
  readonly overflow: number;
  /** On the way to the stream. */
  readonly unpublished: number;
  /** How many of all these were dropped or cut; the others were let pass. */
  readonly drops: number;
}

/** Nothing is missing. */
export const noLoss: FlowLoss = { suppressed: 0, ringFull: 0, overflow: 0, unpublished: 0, drops: 0 };

/** Two losses together. */
export function addLoss(one: FlowLoss, other: FlowLoss): FlowLoss {
  return {
    suppressed: one.suppressed + other.suppressed,
    ringFull: one.ringFull + other.ringFull,
    overflow: one.overflow + other.overflow,
    unpublished: one.unpublished + other.unpublished,
    drops: one.drops + other.drops,
  };
}

/** Packets of a loss. */
export function sizeOfLoss({ suppressed, ringFull, overflow, unpublished }: FlowLoss): number {
  return suppressed + ringFull + overflow + unpublished;
}

const protocols: Readonly<Record<number, string>> = {
  1: "ICMP",
  6: "TCP",
  17: "UDP",
  58: "ICMPv6",
  132: "SCTP",
};

/** "TCP", "ICMPv6", ...; of others the number. */
export function protocolName(protocol: number): string {
  return protocols[protocol] ?? String(protocol);
}
