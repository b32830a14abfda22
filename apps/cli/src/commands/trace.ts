import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@weft/log";
import { WeftError } from "@weft/netaddr";
import { Argument, type Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { openLog } from "../mesh/log.ts";
import { traceIdOf } from "../render/event.ts";
import { readSpans } from "../render/spans.ts";
import { formatTrace, traceTree } from "../render/trace-tree.ts";
import { withDeadline } from "../waits.ts";
import { revisionArgument, timeoutOption } from "./arguments.ts";

interface TraceOptions {
  readonly output: string;
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft trace`. */
export function addTrace(program: Command, context: Context): void {
  program
    .command("trace")
    .summary("show what led to a revision, and what followed, with times")
    .description(
      "Shows the trace that an event belongs to, as a tree: the request, the services it went through, the append, " +
        "and what every host did with it. Traces are kept for a day.",
    )
    .addArgument(new Argument("<revision>", "revision of the event").argParser(revisionArgument))
    .addOption(outputOption())
    .addOption(timeoutOption())
    .addOption(stateOption())
    .action((revision: number, options: TraceOptions) => run(revision, options, context));
}

async function run(revision: number, options: TraceOptions, unlimited: Context): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  await using log = await openLog(pathsOf(context, options), context);
  const traceId = await traceOf(log, revision);
  const spans = readSpans(await storedTrace(log, traceId));
  if (spans.length === 0) {
    throw new WeftError("NOT_FOUND", `the trace ${traceId} of revision ${revision} is not kept any more`);
  }
  const roots = traceTree(spans);
  context.output.say(`trace ${traceId} of revision ${revision}`);
  context.output.print(
    options.output === "json" ? JSON.stringify({ revision, trace: traceId, roots }) : formatTrace(roots),
  );
}

async function traceOf(log: Log, revision: number): Promise<string> {
  const head = await log.head();
  if (revision > head)
    throw new WeftError("NOT_FOUND", `the log ends at revision ${head}`, { field: "revision" });
  for await (const event of log.read({ from: revision, to: revision })) {
    const traceId = traceIdOf(event.traceparent);
    if (traceId !== "") return traceId;
  }
  throw new WeftError("NOT_FOUND", `the event at revision ${revision} was not traced`);
}

const settleMs = 300;

/** Processes hand in their spans within a fraction of a second: a trace that still grows is waited for. */
async function storedTrace(log: Log, traceId: string): Promise<Uint8Array[]> {
  let found = await log.readTrace(traceId);
  for (let tries = 0; tries < 10; tries += 1) {
    await sleep(settleMs);
    const again = await log.readTrace(traceId);
    if (again.length === found.length) return again;
    found = again;
  }
  return found;
}
