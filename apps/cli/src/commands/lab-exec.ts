import { spawn } from "node:child_process";
import { constants } from "node:os";
import { findContainer } from "@weft/lab";
import { WeftError } from "@weft/netaddr";
import { Argument, type Command } from "commander";
import { type Context, pathsOf, stateOption } from "../context.ts";
import { readConfig } from "../mesh/config.ts";
import { type ContainerName, containerArgument } from "./arguments.ts";

/** Adds `weft lab exec`. */
export function addLabExec(lab: Command, context: Context): void {
  lab
    .command("exec")
    .summary("run a command in the network of a container")
    .description(
      "Runs a command of this machine in the network namespace of a container: ping, curl, tcpdump, a shell. " +
        "Standard input and output are the command's, and so is the exit status. Options of weft go before the name.",
    )
    .addArgument(new Argument("<namespace/name>", "which container").argParser(containerArgument))
    .argument("<command...>", "the command and its arguments, after --")
    .passThroughOptions()
    .addOption(stateOption())
    .action(
      async ({ namespace, name }: ContainerName, words: string[], options: { readonly state?: string }) => {
        const paths = pathsOf(context, options);
        await readConfig(paths);
        const { netns } = await findContainer(paths.containers, namespace, name);
        // What follows the name belongs to the command, the first -- excepted.
        const command = words[0] === "--" ? words.slice(1) : words;
        context.setStatus(await runIn(netns, command, context.environment));
      },
    );
}

/** Exit status as a shell gives it: 127 when there is no such command, 128 and the number of the signal that ended it. */
function runIn(
  netns: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("nsenter", [`--net=${netns}`, "--", ...words], { stdio: "inherit", env });
    // Ctrl-C goes to the command as well, and what it does then is its own business.
    const ignore = () => {};
    process.on("SIGINT", ignore);
    child.once("error", (cause) => reject(new WeftError("INTERNAL", "cannot start nsenter", { cause })));
    child.once("exit", (status, signal) => {
      process.off("SIGINT", ignore);
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
