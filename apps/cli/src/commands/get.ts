import { formatTable } from "@weft/lab";
import type { Log, OnUnknown } from "@weft/log";
import { fold } from "@weft/log";
import { type Mesh, meshProjection, type ProgramView, type ViewName, views } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import { Argument, type Command, InvalidArgumentError } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { readPrograms } from "../mesh/programs.ts";
import type { Output } from "../output.ts";
import { columnsOf } from "../render/columns.ts";

interface GetOptions {
  readonly at?: string;
  readonly output: string;
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
    .option("--at <revision|time>", "as it was at a revision, or at an ISO 8601 time", checkPoint)
    .addOption(outputOption())
    .addOption(stateOption())
    .action((kind: ViewName, options: GetOptions) => run(kind, options, context));
}

/** Says of the first event that is left out, and no more: `weft log` shows them all. */
export function warnOnce(output: Pick<Output, "say">): OnUnknown {
  let warned = false;
  return ({ revision, subject }, _typeName, { message }) => {
    if (!warned)
      output.say(
        `weft: without revision ${revision} on ${subject}: ${message} (weft log shows every such event)`,
      );
    warned = true;
  };
}

const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

function checkPoint(text: string): string {
  // Date.parse alone takes "-5" and much else for a time.
  if (/^\d+$/.test(text) || (isoTime.test(text) && !Number.isNaN(Date.parse(text)))) return text;
  throw new InvalidArgumentError("It must be a revision (a number) or a time such as 2026-01-31T14:03:00Z.");
}

async function run(kind: ViewName, options: GetOptions, context: Context): Promise<void> {
  const paths = pathsOf(context, options);
  await readConfig(paths);
  await using log = await openLog(paths, context.signal);
  const at = options.at === undefined ? undefined : await revisionOf(options.at, log);
  const { signal } = context;
  const onUnknown = warnOnce(context.output);
  const { state } = await fold(log, meshProjection, {
    signal,
    onUnknown,
    ...(at === undefined ? {} : { at }),
  });
  const rows = views[kind](state, await liveOf(kind, at, paths, state, context));
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

/** The newest revision at or before a point given as revision or time. */
async function revisionOf(point: string, log: Log): Promise<number> {
  if (!/^\d+$/.test(point)) return await log.revisionAt(new Date(point));
  const head = await log.head();
  if (Number(point) <= head) return Number(point);
  throw new WeftError("NOT_FOUND", `the log ends at revision ${head}`, { field: "--at" });
}

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
