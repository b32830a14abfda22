import { formatTable } from "@weft/lab";
import type { Family } from "@weft/netaddr";
import type { SideExplanation } from "@weft/policy";
import type { Change as Submission } from "../mesh/submit.ts";
import { plain } from "../render/plain.ts";
import { type PortView, portText, portView, ruleText } from "../render/rule.ts";
import type { Turned } from "./compare.ts";

/** A connection that would be turned around, as `weft policy try` prints it. */
interface TurnedView extends PortView {
  readonly from: string;
  readonly to: string;
  readonly fromLabels: Readonly<Record<string, string>>;
  readonly toLabels: Readonly<Record<string, string>>;
  readonly protocol: string;
  readonly family: Family;
  readonly flows: number;
  readonly packets: number;
  readonly last: string;
  /** What the candidate decides by: "ingress by default", or the rule. */
  readonly by: string;
}

/** What a candidate would do, as `weft policy try` prints it. */
export interface TrialReport {
  /** The candidate is compared with the policies of this revision. */
  readonly revision: number;
  readonly since: string;
  readonly changes: readonly Submission[];
  readonly newlyDropped: readonly TurnedView[];
  readonly newlyAllowed: readonly TurnedView[];
  readonly unchanged: number;
  readonly outdated: number;
  readonly unknown: number;
  readonly other: number;
  readonly flows: number;
  /** Packets that should have been recorded and were not. */
  readonly lost: number;
}

/** A connection for people and programs. */
export function turnedView({ connection, after }: Turned): TurnedView {
  const { asked, from, to, flows, packets, lastMs } = connection;
  const { protocol, port } = asked;
  return {
    from,
    to,
    fromLabels: asked.from.labels,
    toLabels: asked.to.labels,
    protocol: protocol.toLowerCase(),
    ...portView(protocol, port),
    family: asked.from.address.family,
    flows,
    packets,
    last: new Date(lastMs).toISOString(),
    by: [after.egress, after.ingress]
      .filter((side) => side.allowed === after.allowed && side.ground !== "outside")
      .map(sideText)
      .join(", "),
  };
}

function sideText({ direction, ground, rule }: SideExplanation): string {
  if (rule !== undefined) return `${direction}: ${ruleText(rule)}`;
  return ground === "default" ? `${direction}: no rule allows it` : `${direction}: no policy says otherwise`;
}

/** A report for people. */
export function reportText(report: TrialReport): string {
  const { revision, since, unchanged, outdated, unknown, other, flows, lost } = report;
  const notes = [
    `${unchanged} connections stay as they are`,
    ...(outdated > 0 ? [`${outdated} of them were recorded under policies that have changed since`] : []),
    ...(unknown > 0 ? [`${unknown} records do not tell who or what it was`] : []),
    ...(other > 0 ? [`${other} records are of packets dropped for other reasons than policy`] : []),
    ...(lost > 0 ? [`${lost} packets were not recorded, as there were too many`] : []),
  ];
  const lines = [
    ...section("newly dropped", report.newlyDropped),
    ...section("newly allowed", report.newlyAllowed),
    ...notes,
    `(${flows} records since ${since}, against the policies of revision ${revision})`,
  ];
  return plain(lines.join("\n"));
}

function section(title: string, turned: readonly TurnedView[]): string[] {
  if (turned.length === 0) return [`${title}: none`];
  const rows = turned.map((one) => {
    const { from, to, protocol, family, flows, last, by } = one;
    return [from, to, portText(protocol, one), `IPv${family}`, `${flows}`, last, by];
  });
  return [`${title}:`, formatTable(["FROM", "TO", "PORT", "FAMILY", "RECORDS", "LAST", "BY"], rows), ""];
}

/** What a CI job may fail by. */
export const failures = ["dropped", "allowed", "change"] as const;

/** Whether a report has what a job is to fail by. */
export function failsBy(
  what: (typeof failures)[number] | undefined,
  { newlyDropped, newlyAllowed }: Pick<TrialReport, "newlyDropped" | "newlyAllowed">,
): boolean {
  const dropped = newlyDropped.length > 0 && what !== "allowed";
  const allowed = newlyAllowed.length > 0 && what !== "dropped";
  return what !== undefined && (dropped || allowed);
}
