import {
  addLoss,
  type EndFilter,
  type FlowFilter,
  type FlowLoss,
  type FlowRequest,
  type FlowSource,
  type FlowVerdict,
  readFlows,
  sizeOfLoss,
} from "@weft/log";
import { WeftError } from "@weft/netaddr";
import { type Command, Option } from "commander";
import { type Context, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog, tellOutages } from "../mesh/log.ts";
import type { Output } from "../output.ts";
import { flowLine, flowView } from "../render/flow.ts";
import { withPatience } from "../waits.ts";
import { hostArgument, patienceOption } from "./arguments.ts";
import {
  countArgument,
  destinationPortArgument,
  endFilterArgument,
  reasonArgument,
  timeArgument,
  verdictsArgument,
} from "./observe-arguments.ts";

/** What `weft observe` was asked for. */
export interface ObserveOptions {
  readonly follow?: boolean;
  readonly last?: number;
  readonly since?: number;
  readonly until?: number;
  readonly verdict?: readonly FlowVerdict[];
  readonly from?: EndFilter;
  readonly to?: EndFilter;
  readonly port?: NonNullable<FlowFilter["port"]>;
  readonly reason?: string;
  readonly host?: string;
  readonly output: string;
  readonly timeout: number;
  readonly state?: string;
}

/** Flows that are shown when nobody says how many. */
const usualCount = 20;

/** Adds `weft observe`. */
export function addObserve(program: Command, context: Context): void {
  program
    .command("observe")
    .summary("show what passed and what did not, with names, rules and reasons")
    .description(
      "Shows what the hosts recorded of packets, oldest first: the last 20 flows, or those that are asked for. Packets that " +
        "were alike within half a second are one flow. Kept for 48 hours or 256 MiB. What is recorded is option observe: " +
        "drops, flows (the default: new flows of containers that have policies, too) or all. What a host could not record is " +
        "counted, and told on stderr. weft why --flow ID explains one.",
    )
    .option("--follow", "go on with new flows until Ctrl-C; alone: new ones only")
    .option("--last <number>", `only so many, the newest (default: ${usualCount})`, countArgument)
    .option("--since <ago|time>", "flows since a time, or since so long ago (10m, 1h)", (text) =>
      timeArgument(text),
    )
    .option("--until <ago|time>", "flows up to a time, or up to so long ago", (text) => timeArgument(text))
    .option("--verdict <verdict>", "forwarded, dropped, cut or kept; several with commas", verdictsArgument)
    .option("--from <end>", "sent by NAMESPACE/NAME, NAMESPACE/ or an address", endFilterArgument)
    .option("--to <end>", "sent to NAMESPACE/NAME, NAMESPACE/ or an address", endFilterArgument)
    .option("--port <port>", "to this port: 80 or tcp/80", destinationPortArgument)
    .option("--reason <reason>", "with this outcome, e.g. policy-ingress", reasonArgument)
    .option("--host <name>", "recorded by this host", hostArgument)
    .addOption(
      new Option("-o, --output <format>", "how flows are printed, one a line")
        .choices(["compact", "json"])
        .default("compact"),
    )
    .addOption(patienceOption())
    .addOption(stateOption())
    .action((options: ObserveOptions) => run(options, context));
}

async function run(options: ObserveOptions, unhurried: Context): Promise<void> {
  const context = withPatience(unhurried, options.timeout);
  const paths = pathsOf(context, options);
  const request = requestOf(options);
  const { hosts } = await readConfig(paths);
  const { host } = options;
  if (host !== undefined && !hosts.some(({ name }) => name === host)) {
    const expected = hosts.map(({ name }) => name).join(", ");
    throw new WeftError("INVALID_ARGUMENT", `there is no host ${host}`, { field: "--host", expected });
  }
  await using log = await openLog(paths, context);
  if (request.follow === true) void tellOutages(log, context.output);
  await printFlows(log, request, options.output, context.signal, context.output);
}

/** What is to be read; INVALID_ARGUMENT when two options contradict each other. */
export function requestOf(options: Omit<ObserveOptions, "timeout">): FlowRequest {
  const { follow = false, since, until, verdict, from, to, port, reason, host } = options;
  const wrong = (field: string, message: string, expected: string) =>
    new WeftError("INVALID_ARGUMENT", message, { field, expected });
  if (follow && until !== undefined) throw wrong("--until", "--follow has no end", "one of the two");
  if (since !== undefined && until !== undefined && since > until)
    throw wrong("--until", "it comes before --since", "a time after --since");
  const part = since !== undefined || until !== undefined;
  const last = options.last ?? (part ? undefined : follow ? 0 : usualCount);
  return {
    follow,
    ...(last === undefined ? {} : { last }),
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
    filter: {
      ...(verdict === undefined ? {} : { verdicts: verdict }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(port === undefined ? {} : { port }),
      ...(reason === undefined ? {} : { reason }),
      ...(host === undefined ? {} : { host }),
    },
  };
}

/** While following, losses are told so often at most. */
const tellMs = 2_000;

/** Prints flows as asked, and on stderr what could not be recorded in the time that they are of. */
export async function printFlows(
  source: FlowSource,
  request: FlowRequest,
  format: string,
  signal: AbortSignal,
  output: Output,
): Promise<void> {
  const lost = new Map<string, FlowLoss>();
  let toldMs = performance.now();
  const tell = (): void => {
    for (const [host, loss] of lost) output.say(`weft: ${lossText(host, loss)}`);
    lost.clear();
    toldMs = performance.now();
  };
  const flows = readFlows(source, {
    ...request,
    signal,
    onLost(host, loss) {
      if (request.filter?.host !== undefined && request.filter.host !== host) return;
      const before = lost.get(host);
      lost.set(host, before === undefined ? loss : addLoss(before, loss));
      if (request.follow && performance.now() - toldMs >= tellMs) tell();
    },
    onInvalid: (error) => output.say(`weft: ${error.message}`),
  });
  try {
    for await (const flow of flows) {
      await output.ready(signal);
      output.print(format === "json" ? JSON.stringify(flowView(flow)) : flowLine(flow));
    }
  } finally {
    tell();
  }
}

function lossText(host: string, loss: FlowLoss): string {
  const { suppressed, ringFull, overflow, unpublished, drops } = loss;
  const reasons = [
    [suppressed, "beyond the budget of their container"],
    [ringFull, "the ring was full"],
    [overflow, "too many different flows at once"],
    [unpublished, "the stream was away"],
  ] as const;
  const why = reasons.flatMap(([count, reason]) => (count === 0 ? [] : [`${count}: ${reason}`]));
  return `${sizeOfLoss(loss)} packets on ${host} were not recorded, ${drops} of them drops (${why.join("; ")})`;
}
