// From a changed policy to kernels that enforce it: asked of the compiler, checked, put on record, followed, derived, written.
import { setTimeout as delay } from "node:timers/promises";
import { percentile } from "../shell.ts";
import { floorSubject, type HostsReport } from "./hosts.ts";
import { type ManyHosts, startHosts } from "./mesh.ts";

/** Times in milliseconds, over all changes. */
type ChangeRow = {
  readonly hosts: number;
  /** Hosts that have to write to their kernel; the others only have to know that they need not. */
  readonly concerned: number;
  readonly "on record p50": number;
  readonly "enforced p50": number;
  readonly "enforced p99": number;
  /** A bare message to a connection of each host. */
  readonly "floor p50": number;
  readonly "floor p99": number;
};

/** Applied in turn, so that each is a change. */
function policyText(selector: string, from: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: changing, namespace: bench }
spec:
  podSelector: { matchLabels: { ${selector} } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: ${from} } } }], ports: [{ port: 80 }] }]
`;
}

const patienceMs = 30_000;
const pauseMs = 40;

/** Collects when each host reported; `all` returns the latest of all hosts' times. */
function collect(mesh: ManyHosts, matches: (report: HostsReport) => string | undefined) {
  const times = new Map<string, bigint>();
  const done = Promise.withResolvers<bigint>();
  const timer = setTimeout(
    () => done.reject(new Error(`${times.size} of ${mesh.hosts.length} hosts`)),
    patienceMs,
  );
  const look = (report: HostsReport): void => {
    const host = matches(report);
    if (host === undefined || times.has(host) || report.kind === "up") return;
    times.set(host, BigInt(report.at));
    if (times.size < mesh.hosts.length) return;
    done.resolve([...times.values()].reduce((a, b) => (a > b ? a : b)));
  };
  return { look, all: done.promise.finally(() => clearTimeout(timer)) };
}

const msSince = (start: bigint, end: bigint): number => Number(end - start) / 1e6;

interface Change {
  readonly revision: number;
  readonly recordMs: number;
  readonly enforcedMs: number;
}

/** One change: how long until it was on record, and until all hosts enforced it. */
async function change(mesh: ManyHosts, text: string): Promise<Change> {
  // What the hosts tell may come before the answer that says which revision it is about.
  const early: HostsReport[] = [];
  mesh.onReport((report) => early.push(report));
  const start = process.hrtime.bigint();
  const { revision } = await mesh.compiler.apply({ documents: [{ file: "changing.yaml", text }] });
  const recordMs = msSince(start, process.hrtime.bigint());
  const { look, all } = collect(mesh, (report) =>
    report.kind === "enforced" && report.revision >= revision ? report.host : undefined,
  );
  mesh.onReport(look);
  for (const report of early) look(report);
  return { revision, recordMs, enforcedMs: msSince(start, await all) };
}

async function floor(mesh: ManyHosts, publish: (round: string) => void, round: string): Promise<number> {
  const { look, all } = collect(mesh, (report) =>
    report.kind === "floor" && report.round === round ? report.host : undefined,
  );
  mesh.onReport(look);
  const start = process.hrtime.bigint();
  publish(round);
  return msSince(start, await all);
}

/** Measures policies that concern every host, and one of them, each beside a bare message to all. */
async function measureMesh(mesh: ManyHosts, changes: number): Promise<ChangeRow[]> {
  const admin = await mesh.nats.connect("admin");
  const publish = (round: string) => admin.nats.publish(floorSubject, round);
  const concerned = new Map([["app: web", mesh.hosts]]);
  if (mesh.hosts.length > 1) concerned.set("host: h1", mesh.hosts.slice(0, 1));
  const rows: ChangeRow[] = [];
  for (const [selector, hosts] of concerned) {
    let last = 0;
    const [records, enforced, floors] = [[] as number[], [] as number[], [] as number[]];
    // The first ones warm up what runs for the first time.
    for (let n = -10; n < changes; n += 1) {
      // As people would: two changes of one policy within a grace period of the kernel wait for its end (ADR 0015).
      await delay(pauseMs);
      const { revision, recordMs, enforcedMs } = await change(
        mesh,
        policyText(selector, n % 2 === 0 ? "a" : "b"),
      );
      last = revision;
      const floorMs = await floor(mesh, publish, `${selector} ${n}`);
      if (n < 0) continue;
      records.push(recordMs);
      enforced.push(enforcedMs);
      floors.push(floorMs);
    }
    await check(mesh, hosts, last);
    rows.push({
      hosts: mesh.hosts.length,
      concerned: hosts.length,
      "on record p50": percentile(records, 50),
      "enforced p50": percentile(enforced, 50),
      "enforced p99": percentile(enforced, 99),
      "floor p50": percentile(floors, 50),
      "floor p99": percentile(floors, 99),
    });
  }
  return rows;
}

/** Throws unless the kernels have what the last change said: a figure for what did not happen would be none. */
async function check(mesh: ManyHosts, hosts: readonly string[], revision: number): Promise<void> {
  for (const host of hosts) {
    const { error, programs } = await mesh.loader(host).status({});
    const decided = programs.filter(({ endpoint }) => endpoint === host).map((one) => one.revision ?? 0);
    if (error !== "" || decided.length !== 2 || Math.min(...decided) < revision) {
      throw new Error(`host ${host} enforces ${decided.join()} instead of ${revision}: ${error}`);
    }
  }
}

/** One mesh after the other, of so many hosts each. */
export async function measureChanges(sizes: readonly number[], changes: number): Promise<ChangeRow[]> {
  const rows: ChangeRow[] = [];
  for (const size of sizes) {
    await using mesh = await startHosts(size);
    rows.push(...(await measureMesh(mesh, changes)));
  }
  return rows;
}
