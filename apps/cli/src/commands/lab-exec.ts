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
        // What follows the name belongs to the command, the first -- excepted.
        const command = words[0] === "--" ? words.slice(1) : words;
        if (command.length === 0) {
          throw new WeftError("INVALID_ARGUMENT", "there is no command after --", {
            expected: "such as -- sh",
          });
        }
        const paths = pathsOf(context, options);
        await readConfig(paths);
        const { netns } = await findContainer(paths.containers, namespace, name);
        context.signal.throwIfAborted();
        context.setStatus(await runIn(netns, command, context.environment));
      },
    );
}

const passed = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Exit status as a shell gives it: 127 when there is no such command, 128 and the number of the signal that ended it. */
function runIn(
  netns: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("nsenter", [`--net=${netns}`, "--", ...words], { stdio: "inherit", env });
    // What the command does when it is told to end is its own business; this process ends when it does.
    const pass = (signal: NodeJS.Signals) => {
      // A terminal gives Ctrl-C to the command as well.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of passed) process.on(signal, pass);
    child.once("error", (cause) => reject(new WeftError("INTERNAL", "cannot start nsenter", { cause })));
    child.once("exit", (status, signal) => {
      for (const signal of passed) process.off(signal, pass);
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
