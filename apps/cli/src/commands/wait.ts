import { formatTable } from "@weft/lab";
import type { Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { behindLines, type OnRecord, waitInForce, waitingMs, warningLines } from "../mesh/progress.ts";
import { withDeadline } from "../waits.ts";
import { durationOrLookArgument, revisionArgument, timeoutOption } from "./arguments.ts";

interface WaitOptions {
  readonly revision?: number;
  readonly timeout: number;
  readonly output: string;
  readonly state?: string;
}

/** Adds `weft wait`. */
export function addWait(program: Command, context: Context): void {
  program
    .command("wait")
    .summary("return when every host enforces a revision")
    .description(
      "Returns when the kernels of all hosts of this state directory enforce a revision, also one that is still to come. " +
        "Exit status 1 when one does not in time: stderr names it, what it enforces instead, and why.",
    )
    .option("--revision <revision>", "what to wait for (default: the newest revision now)", revisionArgument)
    .addOption(timeoutOption("30s", "how long to wait (30s, 2m, ...); 0: only look", durationOrLookArgument))
    .addOption(outputOption())
    .addOption(stateOption())
    .action((options: WaitOptions) => run(options, context));
}

/** How long a look without waiting may take. */
const lookMs = 5_000;

async function run(options: WaitOptions, unlimited: Context): Promise<void> {
  const context = withDeadline(unlimited, options.timeout || lookMs);
  const paths = pathsOf(context, options);
  const mesh = await readConfig(paths);
  const awaited = await onRecord(paths, options.revision, context);
  const { revision } = awaited;
  const names = mesh.hosts.map(({ name }) => name);
  const timeoutMs = options.timeout === 0 ? 0 : waitingMs(context.waits.leftMs());
  const all = await waitInForce(paths, names, awaited, timeoutMs, context);
  const hosts = all.map(({ host, applied, followed, error }) => ({ host, applied, followed, error }));
  const behind = behindLines(all, revision);
  for (const line of warningLines(all)) context.output.say(`weft: ${line}`);
  const inForce = behind.length === 0;
  const rows = hosts.map(({ host, applied, followed, error }) => [
    host,
    `${followed}`,
    `${applied}`,
    error || "ok",
  ]);
  const table = formatTable(["HOST", "FOLLOWED", "APPLIED", "STATE"], rows);
  context.output.print(options.output === "json" ? JSON.stringify({ revision, inForce, hosts }) : table);
  if (inForce) return;
  const missing = await missingLine(paths, revision, context);
  for (const line of [...missing, ...behind]) context.output.say(`weft: ${line}`);
  context.setStatus(1);
}

/** The newest revision, or a given one, and its event; of a given one the event may be unknown, or yet to come. */
async function onRecord(paths: MeshPaths, revision: number | undefined, context: Context): Promise<OnRecord> {
  try {
    await using log = await openLog(paths, context);
    const wanted = revision ?? (await log.head());
    return { revision: wanted, event: await log.idAt(wanted) };
  } catch (error) {
    if (revision === undefined) throw error;
    return { revision };
  }
}

async function headOf(paths: MeshPaths, context: Context): Promise<number> {
  await using log = await openLog(paths, context);
  return await log.head();
}

/** Says that the revision does not exist, when the log can be asked. */
async function missingLine(paths: MeshPaths, revision: number, context: Context): Promise<string[]> {
  const head = await headOf(paths, context).catch(() => revision);
  return head < revision ? [`revision ${revision} does not exist yet: the newest is ${head}`] : [];
}
