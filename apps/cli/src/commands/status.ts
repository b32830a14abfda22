import { formatTable } from "@weft/lab";
import type { Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { type MeshConfig, readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { behindLines, type HostProgress, hostProgress, waitInForce } from "../mesh/progress.ts";
import { type SupervisedProcess, supervision } from "../mesh/supervision.ts";
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
        "started, and the processes of the mesh. " +
        "Exit status 1 when a host does not answer or, with --wait, is not there in time, when a process is gone or does " +
        "not answer, and when the state of the mesh cannot be written.",
    )
    .option("--wait", "return when every host enforces what is the newest revision now")
    .addOption(timeoutOption("how long --wait waits (30s, 2m, ...)"))
    .addOption(outputOption())
    .addOption(stateOption())
    .action((options: StatusOptions) => run(options, context));
}

async function run(options: StatusOptions, context: Context): Promise<void> {
  const paths = pathsOf(context, options);
  const mesh = await readConfig(paths);
  const head = await readHead(paths, context);
  const names = mesh.hosts.map(({ name }) => name);
  const hosts =
    options.wait === true
      ? await waitInForce(paths, names, head, options.timeout, context)
      : await Promise.all(names.map((name) => hostProgress(paths, name, context)));
  const { processes, troubles } = await supervision(paths, mesh);
  const status = { mesh: mesh.mesh, kind: mesh.kind, head, hosts, processes, troubles };
  context.output.print(options.output === "json" ? JSON.stringify(status) : describe(mesh, status));
  const behind = options.wait === true ? behindLines(hosts, head) : [];
  for (const line of behind) context.output.say(`weft: ${line}`);
  if (options.output === "json") for (const trouble of troubles) context.output.say(`weft: ${trouble}`);
  if (behind.length > 0 || troubles.length > 0 || hosts.some((host) => host.error !== ""))
    context.setStatus(1);
}

async function readHead(paths: MeshPaths, context: Context): Promise<number> {
  await using log = await openLog(paths, context.signal);
  return await log.head();
}

function describe(
  mesh: MeshConfig,
  status: {
    readonly head: number;
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
    host.error || "ok",
  ]);
  const processes = status.processes.map((one) => [
    one.name,
    `${one.pid}`,
    one.trouble || (one.running ? "running" : "gone"),
    `${one.restarts}`,
  ]);
  return [
    `mesh ${mesh.mesh} (${mesh.kind}) at revision ${status.head}`,
    "",
    formatTable(
      ["HOST", "FOLLOWED", "APPLIED", "ENDPOINTS", "ATTACH", "RECORDED", "UNRECORDED", "STATE"],
      hosts,
    ),
    "",
    formatTable(["PROCESS", "PID", "STATE", "RESTARTS"], processes),
    ...(status.troubles.length === 0 ? [] : ["", ...status.troubles]),
  ].join("\n");
}
