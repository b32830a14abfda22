import type { Command } from "commander";
import { type Context, jsonOption, pathsOf } from "../context.ts";
import { clock } from "../lab/clock.ts";
import { endpointJson } from "../lab/demo.ts";
import { describeIgnored } from "../lab/ignored.ts";
import { readInput } from "../lab/input.ts";
import { labUp } from "../lab/up.ts";
import { withTrace } from "../mesh/tracing.ts";
import { type LabUpOptions, labOptionsOf, withLabOptions } from "./lab-options.ts";

/** Adds `weft lab up`. */
export function addLabUp(lab: Command, context: Context): void {
  const command = lab
    .command("up")
    .summary("bring up simulated hosts and run manifests on them")
    .description(
      "Brings up a whole mesh on this machine: hosts as network namespaces, the services as processes, and the " +
        "workloads of Kubernetes manifests as containers with real processes and real packets. NetworkPolicy, Service " +
        "and Namespace manifests are put on record. Returns when every host enforces all of it; weft lab down ends it.",
    )
    .requiredOption("-f, --filename <path...>", "files or directories; - is standard input");
  withLabOptions(command.addOption(jsonOption())).action((options: LabUpOptions & { filename: string[] }) =>
    run(options, context),
  );
}

async function run(options: LabUpOptions & { filename: string[] }, context: Context): Promise<void> {
  const paths = pathsOf(context, options);
  const lab = labOptionsOf(options);
  const { scene } = await readInput(options.filename, lab.hosts, context);
  const say = clock(context.output);
  for (const line of describeIgnored(scene.ignored)) context.output.say(line);
  const placed = await withTrace(paths, "weft lab up", context, () => labUp(paths, scene, lab, context, say));
  const { revision, containers } = placed;
  context.output.print(
    JSON.stringify({
      revision,
      hosts: lab.hosts,
      endpoints: containers.map(endpointJson),
    }),
  );
}
