import type { Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import { type EventView, eventView } from "../render/event.ts";
import { revisionArgument } from "./arguments.ts";

interface LogOptions {
  readonly from?: number;
  readonly to?: number;
  readonly follow?: boolean;
  readonly output: string;
  readonly state?: string;
}

/** Adds `weft log`. */
export function addLog(program: Command, context: Context): void {
  program
    .command("log")
    .summary("print the events: everything that was ever decided")
    .description(
      "Prints events in order, one a line. -o json: one object a line with revision, time, type, subject, actor, " +
        "cause, trace and data.",
    )
    .option("--from <revision>", "first revision (default: 1)", revisionArgument)
    .option("--to <revision>", "last revision (default: the newest)", revisionArgument)
    .option("--follow", "go on with new events until Ctrl-C")
    .addOption(outputOption())
    .addOption(stateOption())
    .action((options: LogOptions) => run(options, context));
}

async function run(options: LogOptions, context: Context): Promise<void> {
  const paths = pathsOf(context, options);
  await readConfig(paths);
  const { signal, output } = context;
  await using log = await openLog(paths, signal);
  const from = options.from ?? 1;
  const bounded = options.to === undefined ? { from, signal } : { from, to: options.to, signal };
  const events = options.follow ? log.follow({ from, signal }) : log.read(bounded);
  for await (const event of events) {
    const view = eventView(event);
    output.print(options.output === "json" ? JSON.stringify(view) : line(view));
    if (options.to !== undefined && event.revision >= options.to) return;
  }
}

function line(view: EventView): string {
  const { revision, time, type, actor, data } = view;
  return `${String(revision).padStart(6)}  ${time}  ${type.padEnd(20)}  ${actor}  ${JSON.stringify(data)}`;
}
