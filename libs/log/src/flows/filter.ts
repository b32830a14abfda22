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

/** Whether a flow is wanted. */
export function flowMatches(filter: FlowFilter, flow: Flow): boolean {
  const { verdicts, from, to, port, reason, host } = filter;
  if (verdicts !== undefined && !verdicts.includes(flow.verdict)) return false;
  if (from !== undefined && !endMatches(from, flow.source)) return false;
  if (to !== undefined && !endMatches(to, flow.destination)) return false;
  if (port !== undefined && port.port !== flow.destinationPort) return false;
  if (port?.protocol !== undefined && port.protocol !== flow.protocol) return false;
  if (reason !== undefined && reason !== flow.reason) return false;
  return host === undefined || host === flow.host;
}

function endMatches(filter: EndFilter, end: FlowEnd): boolean {
  if ("address" in filter) return sameAddress(filter.address, end.address);
  return filter.namespace === end.namespace && (filter.name ?? end.name) === end.name;
}
