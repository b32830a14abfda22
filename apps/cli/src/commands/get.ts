import { formatTable } from "@weft/lab";
import { type Mesh, type ProgramView, type ViewName, views } from "@weft/model";
import { Argument, type Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { meshAt, pointArgument, revisionOf, warnOnce } from "../mesh/point.ts";
import { readPrograms } from "../mesh/programs.ts";
import { columnsOf } from "../render/columns.ts";
import { withDeadline } from "../waits.ts";
import { timeoutOption } from "./arguments.ts";

interface GetOptions {
  readonly at?: string;
  readonly output: string;
  readonly timeout: number;
  readonly state?: string;
}

const kinds = Object.keys(views) as ViewName[];

/** Adds `weft get`. */
export function addGet(program: Command, context: Context): void {
  program
    .command("get")
    .summary("list what is on record, now or at any revision")
    .description(
      "Lists what the log says: a fold of its events up to the newest, or to --at. The instruction counts and " +
        "counters of programs come from the kernels, so they are there only without --at.",
    )
    .addArgument(new Argument("<kind>", "what to list").choices(kinds))
    .option("--at <revision|time>", "as it was at a revision, or at an ISO 8601 time", pointArgument)
    .addOption(outputOption())
    .addOption(timeoutOption())
    .addOption(stateOption())
    .action((kind: ViewName, options: GetOptions) => run(kind, options, context));
}

async function run(kind: ViewName, options: GetOptions, unlimited: Context): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  const paths = pathsOf(context, options);
  await readConfig(paths);
  await using log = await openLog(paths, context);
  const at = options.at === undefined ? undefined : await revisionOf(options.at, log);
  const { mesh } = await meshAt(log, at, warnOnce(context.output), context.signal);
  const rows = views[kind](mesh, await liveOf(kind, at, paths, mesh, context));
  if (options.output === "json") {
    context.output.print(JSON.stringify(rows, jsonValue));
    return;
  }
  const columns = columnsOf(kind);
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  context.output.print(
    formatTable(
      columns.map((column) => column.head),
      cells,
    ),
  );
}

async function liveOf(
  kind: ViewName,
  at: number | undefined,
  paths: MeshPaths,
  mesh: Mesh,
  context: Context,
): Promise<ProgramView[]> {
  if (at !== undefined || (kind !== "programs" && kind !== "endpoints")) return [];
  return readPrograms(paths, [...mesh.hosts.keys()], context);
}

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
