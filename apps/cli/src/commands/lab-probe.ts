import {
  findContainer,
  formatTable,
  listContainers,
  partyOf,
  planProbes,
  podName,
  runProbes,
} from "@weft/lab";
import type { Command } from "commander";
import { type Context, outputOption, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { type ContainerName, containerArgument, type PortArgument, portArgument } from "./arguments.ts";

interface ProbeOptions {
  readonly from?: ContainerName;
  readonly to?: ContainerName;
  readonly port?: PortArgument;
  readonly output: string;
  readonly state?: string;
}

/** Adds `weft lab probe`. */
export function addLabProbe(lab: Command, context: Context): void {
  lab
    .command("probe")
    .summary("open real connections between containers, and tell which came through")
    .description(
      "Opens a connection from every container to every declared port of every other one, in every family that both " +
        "have, all at once. allowed: the other side answered; blocked: nothing came back; refused: turned away (RST or " +
        "ICMP), so that packets do pass.",
    )
    .option("--from <namespace/name>", "only from this container", containerArgument)
    .option("--to <namespace/name>", "only to this container", containerArgument)
    .option("--port <tcp/80>", "this port instead of the declared ones", portArgument)
    .addOption(outputOption())
    .addOption(stateOption())
    .action((options: ProbeOptions) => run(options, context));
}

async function run(options: ProbeOptions, context: Context): Promise<void> {
  const { containers: directory } = pathsOf(context, options);
  await readConfig(pathsOf(context, options));
  const { from, to, port } = options;
  for (const one of [from, to])
    if (one !== undefined) await findContainer(directory, one.namespace, one.name);
  const parties = (await listContainers(directory)).map(partyOf);
  const probes = planProbes(parties, {
    ...(from && { from: podName(from) }),
    ...(to && { to: podName(to) }),
    ...(port && { port }),
  });
  const results = await runProbes(parties, probes, undefined, context.signal);
  if (options.output === "json") {
    context.output.print(JSON.stringify(results));
    return;
  }
  const rows = results.map((one) => [
    one.from,
    one.to,
    `${one.protocol}/${one.port}`,
    `IPv${one.family}`,
    one.verdict,
  ]);
  context.output.print(formatTable(["FROM", "TO", "PORT", "FAMILY", "VERDICT"], rows));
}
