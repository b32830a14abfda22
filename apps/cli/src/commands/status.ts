import { formatTable, isRunning } from "@weft/lab";
import type { Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { loaderOf } from "../mesh/client.ts";
import { type MeshConfig, readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { readProcesses } from "../mesh/processes.ts";
import { secondsArgument } from "./arguments.ts";

interface StatusOptions {
  readonly wait?: boolean;
  readonly timeout: number;
  readonly output: string;
  readonly state?: string;
}

interface HostStatus {
  readonly host: string;
  readonly applied: number;
  readonly followed: number;
  readonly endpoints: number;
  readonly attach: string;
  /** "" when it is well. */
  readonly error: string;
}

/** Adds `weft status`. */
export function addStatus(program: Command, context: Context): void {
  program
    .command("status")
    .summary("show what runs, and which revision each host enforces")
    .description(
      "Shows the newest revision of the log, the revision each host's kernel enforces, and the processes of the mesh. " +
        "Exit status 1 when a host does not answer or, with --wait, is not there in time.",
    )
    .option("--wait", "return when every host enforces what is the newest revision now")
    .option("--timeout <seconds>", "how long --wait waits", secondsArgument, 30)
    .addOption(outputOption())
    .addOption(stateOption())
    .action((options: StatusOptions) => run(options, context));
}

async function run(options: StatusOptions, context: Context): Promise<void> {
  const paths = pathsOf(context, options);
  const mesh = await readConfig(paths);
  const head = await readHead(paths, context);
  const waitMs = options.wait === true ? options.timeout * 1000 : undefined;
  const hosts = await Promise.all(
    mesh.hosts.map(({ name }) => hostStatus(paths, name, head, waitMs, context)),
  );
  const processes = ((await readProcesses(paths))?.processes ?? []).map((one) => ({
    name: one.name,
    pid: one.pid,
    running: isRunning(one),
    restarts: one.restarts,
  }));
  const status = { mesh: mesh.mesh, kind: mesh.kind, head, hosts, processes };
  context.output.print(options.output === "json" ? JSON.stringify(status) : describe(mesh, status));
  const behind = options.wait === true && hosts.some((host) => host.applied < head);
  if (behind || hosts.some((host) => host.error !== "")) context.setStatus(1);
}

async function readHead(paths: MeshPaths, context: Context): Promise<number> {
  await using log = await openLog(paths, context.signal);
  return await log.head();
}

async function hostStatus(
  paths: MeshPaths,
  host: string,
  head: number,
  waitMs: number | undefined,
  { actor, signal }: Context,
): Promise<HostStatus> {
  using loader = loaderOf(paths, host, actor);
  try {
    const answer =
      waitMs === undefined
        ? await loader.status({}, { signal, deadlineMs: 5000 })
        : await loader.wait({ revision: head }, { signal, deadlineMs: waitMs });
    const { applied, followed, endpoints, attach, error } = answer;
    return { host, applied, followed, endpoints, attach, error };
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return { host, applied: 0, followed: 0, endpoints: 0, attach: "", error: message };
  }
}

function describe(
  mesh: MeshConfig,
  status: {
    readonly head: number;
    readonly hosts: readonly HostStatus[];
    readonly processes: readonly { name: string; pid: number; running: boolean; restarts: number }[];
  },
): string {
  const hosts = status.hosts.map((host) => [
    host.host,
    `${host.applied}`,
    `${host.endpoints}`,
    host.attach,
    host.error || "ok",
  ]);
  const processes = status.processes.map((one) => [
    one.name,
    `${one.pid}`,
    one.running ? "running" : "gone",
    `${one.restarts}`,
  ]);
  return [
    `mesh ${mesh.mesh} (${mesh.kind}) at revision ${status.head}`,
    "",
    formatTable(["HOST", "APPLIED", "ENDPOINTS", "ATTACH", "STATE"], hosts),
    "",
    formatTable(["PROCESS", "PID", "STATE", "RESTARTS"], processes),
  ].join("\n");
}
