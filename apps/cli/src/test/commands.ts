// For tests: the command line as a table, so that what is added to it is asked about.
import type { Command, Option } from "commander";
import type { Context } from "../context.ts";
import { makeProgram } from "../program.ts";

/** A command that does something, by the words that name it: "lab run". */
interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

/** Every command that does something. */
export function commandsOf(): NamedCommand[] {
  const leaves = (command: Command, path: readonly string[]): NamedCommand[] =>
    command.commands.length === 0
      ? [{ name: path.join(" "), command }]
      : command.commands.flatMap((inner) => leaves(inner, [...path, inner.name()]));
  return leaves(makeProgram({} as Context), []);
}

/** An option of a command by its long name. */
export function optionNamed(command: Command, long: string): Option | undefined {
  return command.options.find((option) => option.long === long);
}
