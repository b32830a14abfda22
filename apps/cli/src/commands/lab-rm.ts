import { findContainer, removeContainer } from "@weft/lab";
import { Argument, type Command } from "commander";
import { type Context, pathsOf, stateOption } from "../context.ts";
import { loaderOf } from "../mesh/client.ts";
import { readConfig } from "../mesh/config.ts";
import { withTrace } from "../mesh/tracing.ts";
import { type ContainerName, containerArgument } from "./arguments.ts";

/** Adds `weft lab rm`. */
export function addLabRm(lab: Command, context: Context): void {
  lab
    .command("rm")
    .summary("end a container")
    .description('Takes a container off the network and ends its processes. Prints {"revision"}.')
    .addArgument(new Argument("<namespace/name>", "which container").argParser(containerArgument))
    .addOption(stateOption())
    .action(async ({ namespace, name }: ContainerName, options: { readonly state?: string }) => {
      const paths = pathsOf(context, options);
      await readConfig(paths);
      const container = await findContainer(paths.containers, namespace, name);
      const revision = await withTrace(paths, "weft lab rm", async () => {
        using loader = loaderOf(paths, container.host, context.actor);
        return await removeContainer(paths.containers, container, loader, context.signal);
      });
      context.output.print(JSON.stringify({ revision }));
    });
}
