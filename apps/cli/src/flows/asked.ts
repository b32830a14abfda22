import type { Flow, FlowEnd } from "@weft/log";
import { type ProtocolName, protocolNumbers } from "@weft/policy";

/** What the one who opened a recorded flow asked for, whichever packet of it was recorded. */
export interface AskedFlow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly protocol: ProtocolName;
  /** Of the receiver; of ICMP the request's type << 8 | code. */
  readonly port: number;
}

const protocols = new Map<number, ProtocolName>(
  Object.entries(protocolNumbers).map(([name, number]) => [number, name as ProtocolName]),
);

/** Requests by their answers: echo of either family. */
const requests: Readonly<Record<number, number>> = { 0: 8, 129: 128 };

/** What a flow asked for; undefined where the record does not tell, as it is of several ports or of an ICMP error. */
export function askedOf(flow: Flow): AskedFlow | undefined {
  const protocol = protocols.get(flow.protocol);
  if (protocol === undefined || flow.state === "related") return undefined;
  const reply = flow.state === "reply";
  const [from, to] = reply ? [flow.destination, flow.source] : [flow.source, flow.destination];
  const port = portOf(flow, reply);
  return port === undefined ? undefined : { from, to, protocol, port };
}

function portOf({ icmp, sourcePort, destinationPort }: Flow, reply: boolean): number | undefined {
  if (icmp === undefined) {
    const port = reply ? sourcePort : destinationPort;
    return port === 0 ? undefined : port;
  }
  const type = reply ? requests[icmp.type] : icmp.type;
  return type === undefined ? undefined : (type << 8) | icmp.code;
}

/** What a policy decided; undefined: none was asked, or it was about the packet itself. */
export function decidedOf({ verdict, reason }: Pick<Flow, "verdict" | "reason">): boolean | undefined {
  if (verdict === "FORWARDED") return true;
  if (verdict === "CUT" || verdict === "KEPT") return false;
  return reason === "drop_policy_egress" || reason === "drop_policy_ingress" ? false : undefined;
}
