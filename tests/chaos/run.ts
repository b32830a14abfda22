// One chaos run: a lab, traffic, changes, faults, and the judgement of it.
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog } from "@weft/cli";
import { type Pick, seeded } from "@weft/rpc/testing";
import type { ChaosArguments } from "./arguments.ts";
import { Pause, type Worker } from "./changes/worker.ts";
import { makeWorkers } from "./changes/workers.ts";
import { msSince, nowNs } from "./clock.ts";
import type { Fault, Scene } from "./faults/fault.ts";
import { faults } from "./faults/index.ts";
import { Journal } from "./journal.ts";
import { judge, type Promised } from "./judge.ts";
import { type ChaosLab, openLab } from "./lab.ts";
import { askPerson } from "./person.ts";
import { againMs, measureRecovery } from "./recovery.ts";
import type { FaultReport, FlowReport, Report } from "./report.ts";
import { buildTraffic, startTraffic, type TrafficAccount } from "./traffic.ts";

/** Pause between the end of one fault and the next, at least and at most. */
const pauseMs = [300, 2000] as const;

/** Makes a run and reports. `say` is told what happens as it happens. */
export async function runChaos(
  given: ChaosArguments,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Report> {
  const pick = seeded(given.seed);
  await using lab = await openLab(given.hosts, signal);
  say(`seed ${given.seed}: ${given.hosts} hosts are up at ${lab.paths.state}`);
  const program = await buildTraffic(lab.scratch);
  await using traffic = await startTraffic(lab, program);
  const journal = new Journal();
  const workers = makeWorkers(lab, journal, program, seeded(given.seed + 1));
  const stop = new AbortController();
  const pause = new Pause();
  const working = Promise.all(workers.map((worker) => worker.run(pause, stop.signal)));
  const begunNs = nowNs();
  const load = loadavg()[0] ?? 0;
  let happened: FaultReport[];
  try {
    const scene: Scene = { lab, journal, pick, quietly: (work) => pause.quietly(work) };
    happened = await makeFaults(given, scene, begunNs, say);
  } finally {
    stop.abort();
    await working;
  }
  const account = await traffic.end();
  const missing = await missingEvents(lab, journal);
  const report = reportOf({ given, begunNs, load, happened, workers, account, journal, missing });
  return report.bad.length === 0 && !given.keepLogs ? report : { ...report, logs: await lab.keepLogs() };
}

/** One kind after the other in a random order, then all of them again, until the time is over. */
async function makeFaults(
  { kinds, minutes, each }: ChaosArguments,
  scene: Scene,
  begunNs: number,
  say: (line: string) => void,
): Promise<FaultReport[]> {
  const happened: FaultReport[] = [];
  const chosen = faults.filter(({ kind }) => kinds.includes(kind));
  const over = () =>
    each === 0 ? msSince(begunNs) > minutes * 60_000 : happened.length >= each * chosen.length;
  while (!over()) {
    for (const fault of shuffled(chosen, scene.pick)) {
      if (over()) break;
      const [least, most] = pauseMs;
      await sleep(least + scene.pick(most - least), undefined, { signal: scene.lab.signal });
      const asked = !happened.some(({ kind }) => kind === fault.kind);
      const report = await makeFault(fault, scene, begunNs, asked);
      happened.push(report);
      say(lineOf(report));
    }
  }
  return happened;
}

async function makeFault(fault: Fault, scene: Scene, begunNs: number, asked: boolean): Promise<FaultReport> {
  const { lab, journal } = scene;
  const askedNs = nowNs();
  const begun = await fault.begin(scene);
  const atNs = begun.atNs ?? askedNs;
  const over = (begun.over ?? Promise.resolve()).then(() => (begun.over ? msSince(atNs) : 0));
  const person = asked ? askPerson(lab) : undefined;
  const recovery = await measureRecovery(lab, journal, begun.host ?? lab.hosts[0] ?? "", atNs);
  const overMs = await over;
  const wrong = (await begun.check?.()) ?? [];
  const again = againMs(recovery);
  return {
    atMs: (atNs - begunNs) / 1e6,
    kind: fault.kind,
    target: begun.target,
    overMs,
    againMs: again,
    ...recovery,
    wrong: again === undefined ? [...wrong, "changes are not possible again"] : wrong,
    ...(person && { person: await person }),
  };
}

function lineOf({ atMs, kind, target, wrong, ...times }: FaultReport): string {
  const seconds = (ms: number | undefined) => (ms === undefined ? "never" : `${(ms / 1000).toFixed(2)} s`);
  const { againMs, policyMs, containerMs, serviceMs } = times;
  const parts = `policy ${seconds(policyMs)}, container ${seconds(containerMs)}, service ${seconds(serviceMs)}`;
  const again = `changes again after ${seconds(againMs)} (${parts})`;
  return [`${(atMs / 1000).toFixed(1)} s  ${kind}: ${target}; ${again}`, ...wrong].join("\n  ");
}

function shuffled<T>(items: readonly T[], pick: Pick): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(pick(rest.length), 1));
}

async function missingEvents(lab: ChaosLab, journal: Journal): Promise<string[]> {
  await using log = await openLog(lab.paths, lab);
  return await journal.missing(log);
}

interface Parts {
  readonly given: ChaosArguments;
  readonly begunNs: number;
  readonly load: number;
  readonly happened: readonly FaultReport[];
  readonly workers: readonly Worker[];
  readonly account: TrafficAccount;
  readonly journal: Journal;
  readonly missing: readonly string[];
}

const always: readonly Promised[] = [{ passes: true, fromNs: 0, toNs: Number.POSITIVE_INFINITY }];

function reportOf(parts: Parts): Report {
  const { given, begunNs, happened, workers, account, journal, missing } = parts;
  const sinceMs = (ns: number) => (ns - begunNs) / 1e6;
  const flows = account.flows.map((flow): FlowReport => {
    const promises = workers.find(({ name }) => name === flow.name)?.promises ?? always;
    const { sent, received, lostNs, leakedNs } = judge(flow, promises);
    const { name, doubled, reordered } = flow;
    const lostMs = lostNs.map(sinceMs);
    return { name, sent, received, doubled, reordered, lostMs, leakedMs: leakedNs.map(sinceMs) };
  });
  const changes = workers.map(({ name, made, failed, errors }) => ({
    name,
    made,
    failed,
    errors: Object.fromEntries(errors),
  }));
  const { tcp, overflow } = account;
  const events = { acknowledged: journal.size, lost: missing, cut: journal.cut };
  const minutes = msSince(begunNs) / 60_000;
  const report = { seed: given.seed, hosts: given.hosts, minutes, load: parts.load };
  const unenforced = workers.flatMap(({ unenforced }) => unenforced);
  const whole = { ...report, faults: happened, flows, tcp, overflow, changes, events, unenforced };
  return { ...whole, bad: badOf(whole) };
}

function badOf(report: Omit<Report, "bad">): string[] {
  const { flows, tcp, events, faults: happened, overflow, unenforced } = report;
  const lost = flows.reduce((sum, { lostMs }) => sum + lostMs.length, 0);
  const findings: [number, string][] = [
    [Math.max(0, lost - overflow), "datagrams lost"],
    [flows.reduce((sum, { doubled }) => sum + doubled, 0), "datagrams doubled"],
    [
      flows.reduce((sum, { leakedMs }) => sum + leakedMs.length, 0),
      "datagrams passed while a denial was in force",
    ],
    [unenforced.length, "changes acknowledged as in force that were not"],
    [tcp.resets, "TCP connections reset"],
    [tcp.wrong, "TCP messages wrong or missing"],
    [tcp.failedExchanges, "TCP connections not made"],
  ];
  const wrong = happened.flatMap((one) => one.wrong.map((text) => `${one.kind}: ${text}`));
  const gone = events.lost.map((event) => `acknowledged and not in the log: revision ${event}`);
  return [
    ...gone,
    ...findings.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...wrong,
  ];
}
