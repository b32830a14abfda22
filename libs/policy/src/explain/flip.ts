import { formatAddress } from "@weft/netaddr";
import type { Party } from "../decide.ts";
import type { PolicyView } from "../view.ts";
import type { Change, FlowNames } from "./change.ts";
import { clusterPolicy } from "./cluster.ts";
import type { Explanation } from "./explain.ts";
import { allowPolicy, denyPolicy } from "./namespaced.ts";
import { type Side, sideOf, sideText } from "./side.ts";

/**
 * The smallest change of policies that turns a verdict around and leaves that of every other flow as it is, but for flows
 * between containers that are labelled alike: new policies beside those that are there, of the kind with the least power
 * that does it. Names are for what is new; unset: ids and addresses.
 */
export function flip(
  explanation: Explanation,
  view: PolicyView,
  names: FlowNames = namesOf(explanation),
): Change {
  const sides = (["ingress", "egress"] as const)
    .map((direction) => sideOf(direction, explanation, names, view))
    .filter((side) => side !== undefined);
  return explanation.allowed ? blocked(sides) : allowed(sides.filter((side) => !side.explanation.allowed));
}

/** Every side that denies has to be turned. */
function allowed(sides: readonly Side[]): Change {
  const made = sides.map((side) => ({ side, text: allowOne(side) }));
  const stuck = made.find(({ text }) => text === undefined)?.side.explanation.rule;
  if (stuck !== undefined) {
    const summary = `spec.${stuck.list}[${stuck.index}] of ${stuck.kind} ${policyPath(stuck)} denies it, and no other policy can allow this alone: change that rule`;
    return { summary, apply: [] };
  }
  const summary = `lets ${made.map(({ side }) => sideText(side)).join(" and ")}; nothing else changes`;
  return { summary, apply: made.flatMap(({ text }) => text ?? []) };
}

function allowOne(side: Side): string | undefined {
  const { ground, rule } = side.explanation;
  if (ground === "default") return allowPolicy(side);
  // An explicit denial among NetworkPolicies can only be overruled by the cluster.
  return clusterPolicy(side, rule?.tier === "Baseline" ? "Baseline" : "Admin", "allow");
}

/** One side that denies is enough; the receiver's, if it can. */
function blocked(sides: readonly Side[]): Change {
  for (const side of sides) {
    const text = denyOne(side);
    if (text !== undefined)
      return { summary: `no longer lets ${sideText(side)}; nothing else changes`, apply: [text] };
  }
  return { summary: "no policy of its own can deny this and nothing else", apply: [] };
}

function denyOne(side: Side): string | undefined {
  const { ground, rule } = side.explanation;
  if (ground === "rule" && rule?.tier === "Admin") return clusterPolicy(side, "Admin", "deny");
  // A NetworkPolicy would isolate who is not governed by any.
  const governed = ground === "trusted" || rule?.tier === "NetworkPolicy";
  return governed ? denyPolicy(side) : clusterPolicy(side, "Baseline", "deny");
}

function policyPath({ namespace, policy }: { readonly namespace: string; readonly policy: string }): string {
  return namespace === "" ? policy : `${namespace}/${policy}`;
}

function namesOf({ flow, addresses }: Explanation): FlowNames {
  const nameOf = (party: Party, address: Explanation["addresses"]["from"]) =>
    "id" in party ? party.id : formatAddress(address);
  return { from: nameOf(flow.from, addresses.from), to: nameOf(flow.to, addresses.to) };
}
