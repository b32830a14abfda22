import type { FlowRule } from "@weft/log";
import type { ProtocolName } from "@weft/policy";

/** Where a rule stands. */
type RulePlace = Pick<FlowRule, "kind" | "namespace" | "policy" | "list" | "index">;

/** A rule by its place: "spec.ingress[1] of NetworkPolicy shop/web". */
export function ruleText({ kind, namespace, policy, list, index }: RulePlace): string {
  return `spec.${list}[${index}] of ${kind} ${namespace === "" ? policy : `${namespace}/${policy}`}`;
}

/** A port, or the type and code of an ICMP message, of which the port is 0. */
export interface PortView {
  readonly port: number;
  readonly icmp: { readonly type: number; readonly code: number } | null;
}

/** What policies call a port, as commands print it. */
export function portView(protocol: ProtocolName, port: number): PortView {
  if (protocol !== "ICMP" && protocol !== "ICMPv6") return { port, icmp: null };
  return { port: 0, icmp: { type: port >> 8, code: port & 0xff } };
}

/** "tcp/80", "icmp/3/4". */
export function portText(protocol: string, { port, icmp }: PortView): string {
  return `${protocol}/${icmp === null ? port : `${icmp.type}/${icmp.code}`}`;
}
