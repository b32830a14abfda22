import { join } from "node:path";
import { findContainer, type RemovableContainer, removeContainer } from "@weft/lab";
import { fold } from "@weft/log";
import { eachEndpoint, meshProjection } from "@weft/model";
import { isWeftError } from "@weft/netaddr";
import { Argument, type Command } from "commander";
import { type Context, jsonOption, pathsOf, stateOption } from "../context.ts";
import { loaderOf } from "../mesh/client.ts";
import { readConfig } from "../mesh/config.ts";
import { openLog } from "../mesh/log.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { withTrace } from "../mesh/tracing.ts";
import { withDeadline } from "../waits.ts";
import { type ContainerName, containerArgument, timeoutOption } from "./arguments.ts";

interface TimedOptions {
  readonly timeout: number;
  readonly state?: string;
}

/** Adds `weft lab rm`. */
export function addLabRm(lab: Command, context: Context): void {
  lab
    .command("rm")
    .summary("end a container")
    .description('Takes a container off the network and ends its processes. Prints {"revision"}.')
    .addArgument(new Argument("<namespace/name>", "which container").argParser(containerArgument))
    .addOption(jsonOption())
    .addOption(timeoutOption("60s"))
    .addOption(stateOption())
    .action((name: ContainerName, options: TimedOptions) => run(name, options, context));
}

async function run(name: ContainerName, options: TimedOptions, unlimited: Context): Promise<void> {
  const context = withDeadline(unlimited, options.timeout);
  const paths = pathsOf(context, options);
  await readConfig(paths);
  const container = await find(paths, name, context);
  const revision = await withTrace(paths, "weft lab rm", context, async () => {
    using loader = loaderOf(paths, container.host, context);
    return await removeContainer(paths.containers, container, loader, context.signal);
  });
  context.output.print(JSON.stringify({ revision }));
}

/** A command that was killed while it ran a container may have left one on record that was not noted here. */
async function find(
  paths: MeshPaths,
  { namespace, name }: ContainerName,
  context: Context,
): Promise<RemovableContainer & { readonly host: string }> {
  try {
    return await findContainer(paths.containers, namespace, name);
  } catch (error) {
    if (!isWeftError(error, "NOT_FOUND")) throw error;
    await using log = await openLog(paths, context);
    const { state } = await fold(log, meshProjection, { signal: context.signal });
    const found = eachEndpoint(state).find((one) => one.namespace === namespace && one.name === name);
    if (found === undefined) throw error;
    const { id, host, netns } = found;
    return { id, host, namespace, name, netns, control: join(paths.containers, `${id}.sock`) };
  }
}
