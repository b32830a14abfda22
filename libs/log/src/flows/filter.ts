import { type Address, sameAddress } from "@weft/netaddr";
import type { Flow, FlowEnd, FlowVerdict } from "./flow.ts";

/** Which ends are meant: containers by namespace, or by namespace and name; or an address. */
export type EndFilter =
  | { readonly namespace: string; readonly name?: string }
  | { readonly address: Address };

/** Which flows are wanted: those that agree with everything that is named. */
export interface FlowFilter {
  readonly verdicts?: readonly FlowVerdict[];
  readonly from?: EndFilter;
  readonly to?: EndFilter;
  /** Destination port; protocol by IANA's number. */
  readonly port?: { readonly protocol?: number; readonly port: number };
  /** Name of the outcome. */
  readonly reason?: string;
  /** Host that recorded it. */
  readonly host?: string;
}

/** Whether a flow is wanted. A record of an answer is of the flow that it answers, too: whose packet is cut is chance. */
export function flowMatches(filter: FlowFilter, flow: Flow): boolean {
  const { verdicts, port, reason, host } = filter;
  if (verdicts !== undefined && !verdicts.includes(flow.verdict)) return false;
  if (port?.protocol !== undefined && port.protocol !== flow.protocol) return false;
  if (reason !== undefined && reason !== flow.reason) return false;
  if (host !== undefined && host !== flow.host) return false;
  const { source, destination, sourcePort, destinationPort, state } = flow;
  return (
    goesBetween(filter, source, destination, destinationPort) ||
    (state === "reply" && goesBetween(filter, destination, source, sourcePort))
  );
}

function goesBetween({ from, to, port }: FlowFilter, source: FlowEnd, destination: FlowEnd, toPort: number) {
  if (from !== undefined && !endMatches(from, source)) return false;
  if (to !== undefined && !endMatches(to, destination)) return false;
  return port === undefined || port.port === toPort;
}

function endMatches(filter: EndFilter, end: FlowEnd): boolean {
  if ("address" in filter) return sameAddress(filter.address, end.address);
  return filter.namespace === end.namespace && (filter.name ?? end.name) === end.name;
}
