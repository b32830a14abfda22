import { type Address, type Family, parseAddress, WeftError } from "@weft/netaddr";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import { meshAt, pointArgument, revisionOf } from "../mesh/point.ts";
import { ask } from "../why/ask.ts";
import type { EndText } from "../why/end.ts";
import { answerText } from "../why/text.ts";
import { containerArgument, type FlowPort, flowPortArgument } from "./arguments.ts";
import { warnOnce } from "./get.ts";

interface WhyOptions {
  readonly from?: EndText;
  readonly to?: EndText;
  readonly port?: FlowPort;
  readonly at?: string;
  readonly family?: string;
  readonly output: string;
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
    .option("--from <namespace/name|address>", "who opens the flow", endArgument)
    .option("--to <namespace/name|address>", "whom it is for", endArgument)
    .option("--port <tcp/80>", "tcp, udp or sctp and a port, or icmp and a type", flowPortArgument)
    .option("--at <revision|time>", "as it was at a revision, or at an ISO 8601 time", pointArgument)
    .addOption(
      new Option("--family <6|4>", "which addresses (default: IPv6 if both have it)").choices(["6", "4"]),
    )
    .addOption(outputOption())
    .addOption(stateOption())
    .action((options: WhyOptions) => run(options, context));
}

function endArgument(text: string): EndText {
  const address = addressIn(text);
  if (address !== undefined) return { kind: "address", address };
  if (!text.includes("/")) throw new InvalidArgumentError("It must be NAMESPACE/NAME or an IP address.");
  return { kind: "name", name: containerArgument(text) };
}

function addressIn(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}

async function run(options: WhyOptions, context: Context): Promise<void> {
  const { from, to, port } = options;
  if (from === undefined || to === undefined || port === undefined) {
    const field = from === undefined ? "--from" : to === undefined ? "--to" : "--port";
    throw new WeftError("INVALID_ARGUMENT", "is missing", { field, expected: "--from, --to and --port" });
  }
  const paths = pathsOf(context, options);
  await readConfig(paths);
  const { signal, output } = context;
  await using log = await openLog(paths, signal);
  const at = options.at === undefined ? undefined : await revisionOf(options.at, log);
  const onUnknown = warnOnce(output);
  const { mesh, revision } = await meshAt(log, at, onUnknown, signal);
  const family = options.family === undefined ? {} : { family: Number(options.family) as Family };
  const answer = await ask({ from, to, ...port, ...family }, { log, mesh, revision, onUnknown, signal });
  output.print(options.output === "json" ? JSON.stringify(answer) : answerText(answer));
}
