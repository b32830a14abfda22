import { formatAddress } from "@weft/netaddr";
import type { Party } from "../decide.ts";
import type { PolicyView } from "../view.ts";
import { allowManifest } from "./allow.ts";
import type { Change, FlowNames } from "./change.ts";
import type { Explanation } from "./explain.ts";

/**
 * The smallest change of policies that lets a denied flow through and leaves the verdict of every other flow as it is, but
 * for flows between containers that are labelled alike. Names are for what is new; unset: ids and addresses.
 */
export function flip(
  explanation: Explanation,
  view: PolicyView,
  names: FlowNames = namesOf(explanation),
): Change {
  const { flow, addresses, egress, ingress } = explanation;
  const denied = [egress, ingress].filter(({ allowed }) => !allowed);
  if (flow.protocol === "ICMP" || flow.protocol === "ICMPv6") {
    return nothing(
      `no rule of a NetworkPolicy can name ${flow.protocol}; a rule without ports lets it through`,
    );
  }
  const apply = denied.flatMap(({ direction }) => {
    const [end, address] = direction === "egress" ? [flow.from, addresses.to] : [flow.to, addresses.from];
    return "id" in end ? [allowManifest(end, direction, flow, address, names, view)] : [];
  });
  const sides = denied.map(({ direction }) => (direction === "egress" ? "to be sent" : "to be received"));
  const summary = `allows ${flow.protocol} port ${flow.port} from ${names.from} to ${names.to} ${sides.join(" and ")}, and nothing else`;
  return { summary, apply, delete: [] };
}

function nothing(summary: string): Change {
  return { summary, apply: [], delete: [] };
}

function namesOf({ flow, addresses }: Explanation): FlowNames {
  const nameOf = (party: Party, address: Explanation["addresses"]["from"]) =>
    "id" in party ? party.id : formatAddress(address);
  return { from: nameOf(flow.from, addresses.from), to: nameOf(flow.to, addresses.to) };
}
