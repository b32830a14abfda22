import { type FollowRequest, type Log, LogReplaced, type OnUnknown, type Recorded } from "@weft/log";
import { WeftError } from "@weft/netaddr";
import type { Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog, tellOutages } from "../mesh/log.ts";
import type { Output } from "../output.ts";
import { type EventView, eventView, unreadableView } from "../render/event.ts";
import { withPatience } from "../waits.ts";
import { patienceOption, revisionArgument } from "./arguments.ts";

interface LogOptions {
  readonly from?: number;
  readonly to?: number;
  readonly follow?: boolean;
  readonly output: string;
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft log`. */
export function addLog(program: Command, context: Context): void {
  program
    .command("log")
    .summary("print the events: everything that was ever decided")
    .description(
      "Prints events in order, one a line. -o json: one object a line with revision, time, type, subject, actor, " +
        "source, cause, trace and data. Who the actor is, is what the writer says.",
    )
    .option("--from <revision>", "first revision (default: 1)", revisionArgument)
    .option("--to <revision>", "last revision (default: the newest)", revisionArgument)
    .option("--follow", "go on with new events until Ctrl-C")
    .addOption(outputOption())
    .addOption(patienceOption())
    .addOption(stateOption())
    .action((options: LogOptions) => run(options, context));
}

async function run(options: LogOptions, unhurried: Context): Promise<void> {
  const context = withPatience(unhurried, options.timeout);
  if (options.from !== undefined && options.to !== undefined && options.from > options.to) {
    const message = `${options.from} comes after --to ${options.to}`;
    throw new WeftError("INVALID_ARGUMENT", message, { field: "--from", expected: "a revision up to --to" });
  }
  const paths = pathsOf(context, options);
  await readConfig(paths);
  const { signal, output } = context;
  await using log = await openLog(paths, context);
  if (options.follow === true) void tellOutages(log, output);
  await printLog(log, options, signal, output);
}

/** Prints events as asked. What cannot be read is printed without its data, with a note on stderr. */
export async function printLog(
  log: Pick<Log, "read" | "follow">,
  options: Pick<LogOptions, "from" | "to" | "follow" | "output">,
  signal: AbortSignal,
  output: Output,
): Promise<void> {
  const { from = 1, to } = options;
  const done = new AbortController();
  const show = (view: EventView) => {
    output.print(options.output === "json" ? JSON.stringify(view) : line(view));
    if (to !== undefined && view.revision >= to) done.abort();
  };
  const onUnknown: OnUnknown = (envelope, typeName, { message }) => {
    show(unreadableView(envelope, typeName));
    output.say(`weft: revision ${envelope.revision} on ${envelope.subject} has no effect here: ${message}`);
  };
  const events = options.follow
    ? followed(log, { from, onUnknown, signal: AbortSignal.any([signal, done.signal]) }, output)
    : log.read({ from, onUnknown, signal, ...(to === undefined ? {} : { to }) });
  for await (const event of events) {
    if (done.signal.aborted) return;
    await output.ready(signal);
    show(eventView(event));
  }
}

/** New events for ever. When the log is not the one that was followed, it says so and goes on with what that one has. */
async function* followed(
  log: Pick<Log, "follow">,
  request: FollowRequest,
  output: Output,
): AsyncGenerator<Recorded> {
  for (let from = request.from ?? 1; ; ) {
    try {
      return yield* log.follow({ ...request, from });
    } catch (error) {
      if (!(error instanceof LogReplaced)) throw error;
      output.say(`weft: ${error.message}`);
      from = error.common + 1;
    }
  }
}

function line(view: EventView): string {
  const { revision, time, type, actor, data } = view;
  return `${String(revision).padStart(6)}  ${time}  ${type.padEnd(20)}  ${actor}  ${JSON.stringify(data)}`;
}
