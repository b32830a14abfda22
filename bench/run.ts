// Every figure we claim, beside its peer, in one run: `npm run bench`. README.md has the options.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureChanges } from "./src/change/measure.ts";
import { measureDatapath } from "./src/datapath.ts";
import { measureLog } from "./src/log.ts";
import { measure, type Path, type Rates } from "./src/path.ts";
import { crossHost, kernelBridge, rawVeth, removePeers } from "./src/peers.ts";
import { measureNetwork } from "./src/policy/network.ts";
import { measurePrograms } from "./src/policy/programs.ts";
import { WeftLab } from "./src/weft-path.ts";

const { values: options, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1" },
    events: { type: "string", default: "40000" },
    changes: { type: "string", default: "100" },
    hosts: { type: "string", default: "1,10,50" },
  },
});
const [rounds, seconds, events] = [options.rounds, options.seconds, options.events].map(Number) as [
  number,
  number,
  number,
];
const known = ["network", "datapath", "policy", "change", "log"] as const;
const unknown = parts.find((part) => !(known as readonly string[]).includes(part));
if (unknown !== undefined) {
  console.error(`there is no part ${unknown} (expected ${known.join(", ")})`);
  process.exit(2);
}
const wanted = (part: (typeof known)[number]) => parts.length === 0 || parts.includes(part);
const report: Record<string, unknown> = {};

/** Rates of some paths, each with its ratio to the first. */
function networkRows(paths: readonly Path[], rates: ReadonlyMap<string, Rates>) {
  const floor = rates.get(paths[0]?.name ?? "");
  return paths.map(({ name }) => {
    const { rr = Number.NaN, crr = Number.NaN, stream = Number.NaN } = rates.get(name) ?? {};
    const ratio = (value: number, of: number | undefined) => Number((value / (of ?? Number.NaN)).toFixed(3));
    return {
      path: name,
      "RR/s": Math.round(rr),
      "RR ratio": ratio(rr, floor?.rr),
      "CRR/s": Math.round(crr),
      "CRR ratio": ratio(crr, floor?.crr),
      "Gbit/s": Number(((stream * 8) / 1e9).toFixed(1)),
      "stream ratio": ratio(stream, floor?.stream),
    };
  });
}

/** The program that talks, compiled; disposing removes it. */
function compilePingpong(): { readonly pingpong: string } & Disposable {
  const directory = mkdtempSync(join(tmpdir(), "weft-bench-"));
  const pingpong = join(directory, "pingpong");
  const source = join(import.meta.dirname, "native", "pingpong.c");
  execFileSync("cc", ["-O2", "-o", pingpong, source], { stdio: "inherit" });
  return { pingpong, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

async function network(): Promise<void> {
  using tool = compilePingpong();
  const { pingpong } = tool;
  using lab = new WeftLab();
  try {
    const [near, ...far] = lab.start();
    const same = [rawVeth(), kernelBridge(), ...(near === undefined ? [] : [near])];
    const cross = [...crossHost(), ...far];
    const { rates, drift } = await measure([...same, ...cross], { pingpong, rounds, seconds });
    if (drift > 0.05) console.log(`VOID: the floor drifted by ${(drift * 100).toFixed(1)} %; run again`);
    report.sameHost = networkRows(same, rates);
    report.crossHost = networkRows(cross, rates);
    report.programs = lab.programs();
    report.drift = drift;
  } finally {
    removePeers();
  }
  console.log("\nSame host, IPv6, TCP, 1 byte each way; policy, connection tracking and counters on");
  console.table(report.sameHost);
  console.log("Across hosts (one router between them)");
  console.table(report.crossHost);
  console.log("Programs of these containers, after the verifier removed what they do not need");
  console.table(report.programs, ["endpoint", "hook", "tier", "instructions", "jitedBytes"]);
}

async function log(): Promise<void> {
  const rows = (await measureLog(events)).map(({ name, weft, floor }) => ({
    operation: name,
    "Weft/s": Math.round(weft),
    "floor/s": Math.round(floor),
    ratio: Number((weft / floor).toFixed(3)),
  }));
  report.log = rows;
  console.log(
    "\nThe log; the floor is the same server and client library without envelope, checks and decoding",
  );
  console.table(rows);
}

async function datapath(): Promise<void> {
  report.datapath = await measureDatapath(Math.max(3, rounds * 100));
  console.log("\nThe programs alone (test run): IPv6, TCP, both policies, tracking and counters on");
  console.table(report.datapath);
}

async function policy(): Promise<void> {
  using tool = compilePingpong();
  report.policyPrograms = await measurePrograms(Math.max(3, rounds * 30));
  console.log(
    "\nThe programs of both ends (test run) by rules of the receiver's policy, tracking and counters on",
  );
  console.log("(goal: the same at every number; first packet at most 10 ns more)");
  console.table(report.policyPrograms);
  report.policyNetwork = await measureNetwork({ pingpong: tool.pingpong, rounds, seconds });
  console.log(
    "Real packets by rules, ratios to a veth pair; nftables with connection tracking too (goal: flat)",
  );
  console.table(report.policyNetwork);
}

async function change(): Promise<void> {
  const rows = await measureChanges(options.hosts.split(",").map(Number), Number(options.changes));
  report.change = rows.map((row) => {
    const rounded = Object.entries(row).map(([key, value]) => [key, Number(value.toFixed(2))] as const);
    const goal = row.hosts === 1 ? "p50 <= 2" : row.hosts === 50 ? "p99 <= 15" : "";
    return { ...Object.fromEntries(rounded), goal };
  });
  console.log("\nA changed policy until every host enforces it, ms from the call to the compiler");
  console.log(
    "Simulated hosts, 25 loaders to a process, all on one kernel; floor: a bare message to every host's connection",
  );
  console.log("(Cilium's CI asks p99 < 100 ms of one host)");
  console.table(report.change);
}

if (wanted("network")) await network();
if (wanted("datapath")) await datapath();
if (wanted("policy")) await policy();
if (wanted("change")) await change();
if (wanted("log")) await log();
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
