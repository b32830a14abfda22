import { flowById, type Log } from "@weft/log";
import { type Family, WeftError } from "@weft/netaddr";
import { type Command, Option } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { tellDoubt } from "../mesh/doubt.ts";
import { openLog } from "../mesh/log.ts";
import { meshAt, pointArgument, revisionOf, warnOnce } from "../mesh/point.ts";
import { withDeadline } from "../waits.ts";
import { type Asked, ask } from "../why/ask.ts";
import type { EndText } from "../why/end.ts";
import { askFlow, revisionFor } from "../why/recorded.ts";
import { answerText } from "../why/text.ts";
import { endArgument, type FlowPort, flowArgument, flowPortArgument, timeoutOption } from "./arguments.ts";

interface WhyOptions {
  readonly from?: EndText;
  readonly to?: EndText;
  readonly port?: FlowPort;
  readonly flow?: string;
  readonly at?: string;
  readonly family?: string;
  readonly output: string;
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft why`. */
export function addWhy(program: Command, context: Context): void {
  program
    .command("why")
    .summary("say why a flow is allowed or denied, and what would change it")
    .description(
      "Judges a flow by what is on record, now or at --at: which policies select its ends, which rule decided or came " +
        "nearest, which event made it so, and the smallest change that would turn it around.",
    )
    .option("--from <namespace/name|address>", "who opens the flow", endText)
    .option("--to <namespace/name|address>", "whom it is for", endText)
    .option("--port <tcp/80>", "tcp, udp or sctp and a port, or icmp and a type", flowPortArgument)
    .option(
      "--flow <id>",
      "a recorded flow, as weft observe names it, instead of --from, --to and --port",
      flowArgument,
    )
    .option("--at <revision|time>", "as it was at a revision, or at an ISO 8601 time", pointArgument)
    .addOption(
      new Option("--family <6|4>", "which addresses (default: IPv6 if both have it)").choices(["6", "4"]),
    )
    .addOption(outputOption())
    .addOption(timeoutOption())
    .addOption(stateOption())
    .action((options: WhyOptions) => run(options, context));
}

function endText(text: string): EndText {
  const end = endArgument(text);
  return "address" in end ? { kind: "address", address: end.address } : { kind: "name", name: end };
}

async function run(options: WhyOptions, unlimited: Context): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  const asked = options.flow === undefined ? askedIn(options) : undefined;
  if (asked === undefined) refuseBeside(options);
  const paths = pathsOf(context, options);
  const { hosts } = await readConfig(paths);
  // What was is no matter of what hosts enforce now.
  if (asked !== undefined && options.at === undefined)
    await tellDoubt(
      paths,
      hosts.map(({ name }) => name),
      context,
    );
  await using log = await openLog(paths, context);
  const answer =
    asked === undefined
      ? await aboutFlow(options.flow ?? "", log, context)
      : await aboutAsked(asked, options.at, log, context);
  context.output.print(options.output === "json" ? JSON.stringify(answer) : answerText(answer));
}

function askedIn({ from, to, port, family }: WhyOptions): Asked {
  if (from === undefined || to === undefined || port === undefined) {
    const field = from === undefined ? "--from" : to === undefined ? "--to" : "--port";
    const expected = "--from, --to and --port, or --flow";
    throw new WeftError("INVALID_ARGUMENT", "is missing", { field, expected });
  }
  return { from, to, ...port, ...(family === undefined ? {} : { family: Number(family) as Family }) };
}

/** A recorded flow has its ends, its port and its revision. */
function refuseBeside({ from, to, port, at, family }: WhyOptions): void {
  const given = Object.entries({ from, to, port, at, family }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  const field = `--${given[0]}`;
  throw new WeftError("INVALID_ARGUMENT", "a flow has it already", { field, expected: "--flow alone" });
}

async function aboutAsked(asked: Asked, point: string | undefined, log: Log, context: Context) {
  const at = point === undefined ? undefined : await revisionOf(point, log);
  const onUnknown = warnOnce(context.output);
  const { mesh, revision } = await meshAt(log, at, onUnknown, context.signal);
  return await ask(asked, { log, mesh, revision, onUnknown, signal: context.signal });
}

async function aboutFlow(id: string, log: Log, { output, signal }: Context) {
  const flow = await flowById(log, id, signal);
  if (flow === undefined) {
    const expected = "one that weft observe prints";
    throw new WeftError("NOT_FOUND", `there is no flow ${id} any more`, { field: "--flow", expected });
  }
  const onUnknown = warnOnce(output);
  const revisionAt = (time: Date) => log.revisionAt(time);
  const at = await revisionFor(flow, revisionAt);
  const { mesh, revision } = await meshAt(log, at, onUnknown, signal);
  const until = Math.max(revision, await revisionAt(new Date(flow.lastMs)));
  return await askFlow(flow, { log, mesh, revision, onUnknown, signal }, until);
}
