import { formatTable } from "@weft/lab";
import { toWeftError } from "@weft/netaddr";
import type { Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { type MeshConfig, readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import {
  type AwaitedProgress,
  behindLines,
  type HostProgress,
  hostProgress,
  waitInForce,
  waitingMs,
  warningLines,
} from "../mesh/progress.ts";
import { type SupervisedProcess, supervision } from "../mesh/supervision.ts";
import { withDeadline } from "../waits.ts";
import { timeoutOption } from "./arguments.ts";

interface StatusOptions {
  readonly wait?: boolean;
  readonly timeout: number;
  readonly output: string;
  readonly state?: string;
}

/** Adds `weft status`. */
export function addStatus(program: Command, context: Context): void {
  program
    .command("status")
    .summary("show what runs, and which revision each host enforces")
    .description(
      "Shows the newest revision of the log, for each host the revision that it has read (FOLLOWED) and the one that its " +
        "kernel enforces (APPLIED), the packets in recorded flows and those that could not be recorded since its loader " +
        "started, and the processes of the mesh. Each loader compares its kernel with what it brought into force: devices, " +
        "programs, tables, sysctls, the uplink, its address and the routes to the other hosts; what is wrong is told " +
        "with the time since which it is known. Exit status 1 when anything is wrong on a host, when a host or the log does not answer or, with --wait, a host is not there in time, when a process is gone or does " +
        "not answer, and when the state of the mesh cannot be written. What is known is shown in any case.",
    )
    .option("--wait", "return when every host enforces what is the newest revision now")
    .addOption(timeoutOption("30s", "how long all of it may take (30s, 2m, ...); without --wait at most 5s"))
    .addOption(outputOption())
    .addOption(stateOption())
    .action((options: StatusOptions) => run(options, context));
}

/** How long a look without waiting may take. */
const lookMs = 5_000;

async function run(options: StatusOptions, unlimited: Context): Promise<void> {
  const waits = options.wait === true;
  const context = withDeadline(unlimited, waits ? options.timeout : Math.min(options.timeout, lookMs));
  const paths = pathsOf(context, options);
  const mesh = await readConfig(paths);
  const names = mesh.hosts.map(({ name }) => name);
  const [{ head, logError }, now, { processes, troubles }] = await Promise.all([
    readHead(paths, context),
    waits ? [] : Promise.all(names.map((name) => hostProgress(paths, name, context))),
    supervision(paths, mesh),
  ]);
  const timeoutMs = waitingMs(context.waits.leftMs());
  const awaited = waits ? await waitInForce(paths, names, { revision: head ?? 1 }, timeoutMs, context) : [];
  const hosts = waits ? await Promise.all(awaited.map((host) => looked(paths, host, context))) : now;
  const status = { mesh: mesh.mesh, kind: mesh.kind, head, logError, hosts, processes, troubles };
  context.output.print(options.output === "json" ? JSON.stringify(status) : describe(mesh, status));
  const behind = head === null ? [] : behindLines(awaited, head);
  const lines = logError === "" ? behind : [logError, ...behind];
  for (const line of [...warningLines(hosts), ...lines]) context.output.say(`weft: ${line}`);
  if (options.output === "json") for (const trouble of troubles) context.output.say(`weft: ${trouble}`);
  if (lines.length > 0 || troubles.length > 0 || hosts.some((host) => host.error !== ""))
    context.setStatus(1);
}

/** How far a host is after the wait, and what a look at its kernel tells; without an answer, what is known already. */
async function looked(paths: MeshPaths, waited: AwaitedProgress, context: Context): Promise<HostProgress> {
  const now = await hostProgress(paths, waited.host, context, { deadlineMs: lookMs });
  if (now.followed !== 0) return now;
  const { inForce: _, never: __, ...known } = waited;
  return { ...known, error: now.error, problems: now.problems };
}

/** One or two words: what is wrong stands below the tables. */
function stateOf({ problems, busySince }: HostProgress): string {
  const busy = busySince === "" ? "" : `busy since ${busySince}`;
  if (problems.length === 0) return busy || "ok";
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return busy === "" ? count : `${count}, ${busy}`;
}

/** The newest revision, or why the log does not tell it: what else is known is shown in any case. */
async function readHead(
  paths: MeshPaths,
  context: Context,
): Promise<{ readonly head: number | null; readonly logError: string }> {
  const share = withDeadline(context, waitingMs(context.waits.leftMs()));
  try {
    await using log = await openLog(paths, share);
    return { head: await log.head(), logError: "" };
  } catch (thrown) {
    if (context.waits.leftMs() > 0) context.signal.throwIfAborted();
    return { head: null, logError: toWeftError(thrown).message };
  }
}

function describe(
  mesh: MeshConfig,
  status: {
    readonly head: number | null;
    readonly logError: string;
    readonly hosts: readonly HostProgress[];
    readonly processes: readonly SupervisedProcess[];
    readonly troubles: readonly string[];
  },
): string {
  const hosts = status.hosts.map((host) => [
    host.host,
    `${host.followed}`,
    `${host.applied}`,
    `${host.endpoints}`,
    host.attach,
    `${host.recorded}`,
    `${host.unrecorded}`,
    stateOf(host),
  ]);
  const problems = status.hosts.flatMap(({ host, problems }) =>
    problems.map(({ what, since }) => `${host}: ${what}${since === "" ? "" : ` (since ${since})`}`),
  );
  const processes = status.processes.map((one) => [
    one.name,
    `${one.pid}`,
    one.trouble || (one.running ? "running" : "gone"),
    `${one.restarts}`,
  ]);
  return [
    `mesh ${mesh.mesh} (${mesh.kind}) at revision ${status.head ?? "-, the log does not answer"}`,
    "",
    formatTable(
      ["HOST", "FOLLOWED", "APPLIED", "ENDPOINTS", "ATTACH", "RECORDED", "UNRECORDED", "STATE"],
      hosts,
    ),
    "",
    formatTable(["PROCESS", "PID", "STATE", "RESTARTS"], processes),
    ...(problems.length === 0 ? [] : ["", ...problems]),
    ...(status.troubles.length === 0 ? [] : ["", ...status.troubles]),
  ].join("\n");
}
