import { addLoss, type FlowLoss, noLoss, readFlows, sizeOfLoss } from "@weft/log";
import { policyView } from "@weft/model";
import { WeftError } from "@weft/netaddr";
import { type Command, Option } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readResources } from "../documents.ts";
import { declaredPorts } from "../flows/declared.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import { meshAt, warnOnce } from "../mesh/point.ts";
import { passedOver, submit } from "../mesh/submit.ts";
import { candidateView, type PolicyPath } from "../trial/candidate.ts";
import { compare, groupFlows } from "../trial/compare.ts";
import { failsBy, failures, reportText, type TrialReport, turnedView } from "../trial/report.ts";
import { withDeadline } from "../waits.ts";
import { policyArgument, timeoutOption } from "./arguments.ts";
import { timeArgument } from "./observe-arguments.ts";

interface TryOptions {
  readonly filename?: readonly string[];
  readonly delete?: readonly PolicyPath[];
  readonly since?: number;
  readonly failOn?: (typeof failures)[number];
  readonly output: string;
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft policy` and what is below it. */
export function addPolicy(program: Command, context: Context): void {
  const policy = program
    .command("policy")
    .summary("what policies would do")
    .description("What policies would do.");
  policy
    .command("try")
    .summary("hold a candidate against recorded flows, before it is applied")
    .description(
      "Checks manifests as apply does, and judges what was recorded of real traffic by the policies as they would be: " +
        "which connections would be newly dropped, and which newly allowed. Nothing is changed. Each end counts as it " +
        "was labelled when the flow was recorded.",
    )
    .option("-f, --filename <path...>", "candidate: files or directories; - is standard input")
    .option("--delete <namespace/name>", "without this policy; of the cluster: its name", collectPolicies)
    .option("--since <ago|time>", "flows since a time, or since so long ago (default: 1h)", (text) =>
      timeArgument(text),
    )
    .addOption(
      new Option("--fail-on <what>", "exit status 1 when connections would be turned around").choices(
        failures,
      ),
    )
    .addOption(outputOption())
    .addOption(timeoutOption("60s"))
    .addOption(stateOption())
    .action((options: TryOptions) => run(options, context));
}

function collectPolicies(text: string, before: readonly PolicyPath[] = []): PolicyPath[] {
  return [...before, policyArgument(text)];
}

async function run(options: TryOptions, unlimited: Context): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  const { filename = [], delete: deletes = [], failOn } = options;
  if (filename.length === 0 && deletes.length === 0) {
    const expected = "-f FILE, --delete NAMESPACE/NAME, or both";
    throw new WeftError("INVALID_ARGUMENT", "there is no candidate", { field: "-f", expected });
  }
  const { signal, output } = context;
  const resources = filename.length === 0 ? [] : await readResources(filename, context);
  for (const line of filename.length === 0 ? [] : passedOver(resources)) output.say(line);
  const paths = pathsOf(context, options);
  await readConfig(paths);
  const { changes } = await submit(paths, resources, { verb: "apply", dryRun: true, caller: context });
  await using log = await openLog(paths, context);
  const onUnknown = warnOnce(output);
  const { mesh, revision } = await meshAt(log, undefined, onUnknown, signal);
  const candidate = candidateView(mesh, resources, deletes);
  const sinceMs = options.since ?? timeArgument("1h");
  let lost = noLoss;
  const onLost = (_host: string, more: FlowLoss) => {
    lost = addLoss(lost, more);
  };
  const recorded = await groupFlows(readFlows(log, { sinceMs, onLost, signal }));
  const ends = recorded.connections.flatMap(({ asked: { from, to } }) => [from, to]);
  const portsOf = await declaredPorts(ends, mesh, log, onUnknown, signal);
  const { newlyDropped, newlyAllowed, ...counts } = compare(recorded, policyView(mesh), candidate, portsOf);
  const report: TrialReport = {
    revision,
    since: new Date(sinceMs).toISOString(),
    changes,
    newlyDropped: newlyDropped.map(turnedView),
    newlyAllowed: newlyAllowed.map(turnedView),
    ...counts,
    lost: sizeOfLoss(lost),
  };
  output.print(options.output === "json" ? JSON.stringify(report) : reportText(report));
  if (failsBy(failOn, report)) context.setStatus(1);
}
