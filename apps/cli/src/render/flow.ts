import { type Flow, type FlowEnd, type FlowRule, type FlowVerdict, protocolName } from "@weft/log";
import { formatAddress, type Labels } from "@weft/netaddr";
import { recordedName } from "../flows/parties.ts";
import { plain } from "./plain.ts";

/** One end of a flow as `-o json` prints it. */
interface FlowEndView {
  readonly address: string;
  /** Null: none, or not the same in all packets. */
  readonly port: number | null;
  /** 0: not known. */
  readonly identity: number;
  /** Null: the address is no container's. */
  readonly namespace: string | null;
  readonly name: string | null;
  readonly endpoint: string | null;
  readonly labels: Labels;
  /** Null: of the world. */
  readonly host: string | null;
}

/** A flow as `-o json` prints it. */
interface FlowView {
  readonly id: string;
  /** When the last of its packets was seen, and the first. */
  readonly time: string;
  readonly first: string;
  readonly host: string;
  readonly verdict: FlowVerdict;
  readonly reason: string;
  /** Of drop_internal: which step of the program failed; null: none did. */
  readonly detail: string | null;
  readonly direction: "ingress" | "egress" | null;
  readonly source: FlowEndView;
  readonly destination: FlowEndView;
  readonly protocol: string;
  readonly icmp: { readonly type: number; readonly code: number } | null;
  readonly tcpFlags: readonly string[];
  readonly state: string | null;
  readonly revision: number;
  /** Null: no rule, or (ruleNumber not 0) not known any more which one. */
  readonly rule: FlowRule | null;
  readonly ruleNumber: number;
  readonly count: number;
  readonly bytes: number;
}

const tcpFlags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

/** A flow with its addresses and times as text. */
export function flowView(flow: Flow): FlowView {
  const { id, host, verdict, reason, detail, protocol, revision, ruleNumber, count, bytes } = flow;
  return {
    id,
    time: new Date(flow.lastMs).toISOString(),
    first: new Date(flow.firstMs).toISOString(),
    host,
    verdict,
    reason,
    detail: detail === "" ? null : detail,
    direction: flow.direction ?? null,
    source: endView(flow.source, flow.sourcePort),
    destination: endView(flow.destination, flow.destinationPort),
    protocol: protocolName(protocol),
    icmp: flow.icmp ?? null,
    tcpFlags: protocol === 6 ? tcpFlags.filter((_, bit) => flow.tcpFlags & (1 << bit)) : [],
    state: flow.state ?? null,
    revision,
    rule: flow.rule ?? null,
    ruleNumber,
    count,
    bytes,
  };
}

function endView(end: FlowEnd, port: number): FlowEndView {
  const { identity, namespace, name, endpoint, labels, host } = end;
  const known = (text: string): string | null => (text === "" ? null : text);
  return {
    address: formatAddress(end.address),
    port: port === 0 ? null : port,
    identity,
    namespace: known(namespace),
    name: known(name),
    endpoint: known(endpoint),
    labels,
    host: known(host),
  };
}

/** A flow in one line: time, host, from -> to, verdict, reason, rule, revision, packets, id. */
export function flowLine(flow: Flow): string {
  const { id, host, source, destination, verdict, reason, detail, revision, count, lastMs } = flow;
  const line = [
    new Date(lastMs).toISOString(),
    host,
    `${recordedName(source)} -> ${recordedName(destination)} ${portText(flow)}`,
    reason === "forwarded" ? verdict : `${verdict} ${reason}${detail === "" ? "" : ` (${detail})`}`,
    ruleText(flow),
    `@${revision}`,
    `x${count}`,
    id,
  ].join("  ");
  return plain(line.replaceAll("\n", "?"));
}

function portText({ protocol, destinationPort, icmp }: Flow): string {
  const name = protocolName(protocol).toLowerCase();
  if (icmp !== undefined) return `${name}/${icmp.type}/${icmp.code}`;
  return destinationPort === 0 ? name : `${name}/${destinationPort}`;
}

function ruleText({ rule, ruleNumber }: Flow): string {
  if (rule === undefined) return ruleNumber === 0 ? "no rule" : `rule ${ruleNumber}`;
  const { namespace, policy, list, index } = rule;
  return `${namespace === "" ? policy : `${namespace}/${policy}`} ${list}[${index}]`;
}
