// What a run prints.
import { formatTable } from "@weft/lab";
import type { Person } from "./person.ts";
import type { TcpAccount } from "./traffic.ts";

/** One fault that happened. Times in ms since the run began, or since the fault. */
export interface FaultReport {
  readonly atMs: number;
  readonly kind: string;
  readonly target: string;
  /** How long the fault itself lasted: a frozen process was thawed then, a full disk had room again. */
  readonly overMs: number;
  /** When every kind of change was possible again; undefined: never. */
  readonly againMs: number | undefined;
  readonly policyMs: number | undefined;
  readonly containerMs: number | undefined;
  readonly serviceMs: number | undefined;
  /** What failed attempts said meanwhile. */
  readonly errors: readonly string[];
  /** What was not as it must be. */
  readonly wrong: readonly string[];
  /** What the command said to somebody who made a change at that moment. */
  readonly person?: Person;
}

/** What became of a flow; lost: promised to pass and did not; leaked: denied, and passed. */
export interface FlowReport {
  readonly name: string;
  readonly sent: number;
  readonly received: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly lostMs: readonly number[];
  readonly leakedMs: readonly number[];
}

/** The whole run. */
export interface Report {
  readonly seed: number;
  readonly hosts: number;
  readonly minutes: number;
  /** Load average of the machine when the faults began. */
  readonly load: number;
  readonly faults: readonly FaultReport[];
  readonly flows: readonly FlowReport[];
  readonly tcp: TcpAccount;
  /** Datagrams that the receiving program was too slow for. */
  readonly overflow: number;
  readonly changes: readonly {
    readonly name: string;
    readonly made: number;
    readonly failed: number;
    readonly errors: Readonly<Record<string, number>>;
  }[];
  readonly events: { readonly acknowledged: number; readonly lost: readonly string[]; readonly cut: number };
  /** Changes acknowledged as in force that were not, one sentence each. */
  readonly unenforced: readonly string[];
  /** Why the run has failed; empty when it has not. */
  readonly bad: readonly string[];
  /** Where the logs are kept, if they are. */
  readonly logs?: string;
}

/** The report for people. */
export function formatReport(report: Report): string {
  const { seed, hosts, minutes, load, tcp, events, bad, logs } = report;
  const said = report.faults.flatMap(({ kind, person }) =>
    person === undefined ? [] : [personRow(kind, person)],
  );
  return [
    `seed ${seed}: ${report.faults.length} faults on ${hosts} hosts in ${minutes.toFixed(1)} minutes, load ${load.toFixed(1)}`,
    "",
    formatTable(
      ["FAULT", "COUNT", "AGAIN MEDIAN", "AGAIN MAX", "BEYOND ITS END", "UNABLE", "LOST", "LEAKED"],
      faultRows(report),
    ),
    "",
    formatTable(
      ["FLOW", "SENT", "RECEIVED", "LOST", "DOUBLED", "REORDERED", "LEAKED"],
      report.flows.map((flow) => [
        flow.name,
        ...[flow.sent, flow.received, flow.lostMs.length].map(String),
        ...[flow.doubled, flow.reordered, flow.leakedMs.length].map(String),
      ]),
    ),
    "",
    `TCP: ${tcp.connections} connections, ${tcp.messages} messages, ${tcp.resets} resets, ${tcp.wrong} wrong; ` +
      `${tcp.exchanges} more made and ended, ${tcp.failedExchanges} failed; longest silence ${tcp.longestMs} ms`,
    `events: ${events.acknowledged} acknowledged, ${events.lost.length} lost, ${events.cut} cut off on purpose`,
    ...report.changes.map(
      ({ name, made, failed }) => `changes of ${name}: ${made} in force, ${failed} failed`,
    ),
    "",
    formatTable(["A CHANGE AFTER", "STATUS", "TOOK", "SAID"], said),
    ...(bad.length === 0 ? [] : ["", ...bad.map((line) => `BAD: ${line}`)]),
    ...(logs === undefined ? [] : [`logs: ${logs}`]),
  ].join("\n");
}

function personRow(kind: string, { status, tookMs, said }: Person): string[] {
  return [kind, `${status}`, seconds(tookMs), said.split("\n").join(" | ") || "-"];
}

function faultRows({ faults, flows }: Report): string[][] {
  return [...Map.groupBy(faults, ({ kind }) => kind)].map(([kind, all]) => {
    const times = all.map((one) => one.againMs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
    const within = (ms: number) =>
      all.some((one) => ms >= one.atMs && ms <= one.atMs + (one.againMs ?? Number.POSITIVE_INFINITY));
    const count = (list: readonly number[]) => list.filter(within).length;
    const lost = flows.reduce((sum, { lostMs }) => sum + count(lostMs), 0);
    const leaked = flows.reduce((sum, { leakedMs }) => sum + count(leakedMs), 0);
    const unable = times.reduce((sum, ms) => sum + ms, 0);
    const beyond = all.map((one) => (one.againMs ?? Number.POSITIVE_INFINITY) - one.overMs);
    const median = times[Math.floor((times.length - 1) / 2)] ?? 0;
    return [
      kind,
      `${all.length}`,
      seconds(median),
      seconds(times.at(-1) ?? 0),
      seconds(Math.max(0, ...beyond)),
      seconds(unable),
      `${lost}`,
      `${leaked}`,
    ];
  });
}

function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : "never";
}
