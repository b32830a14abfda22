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
export function commandsOf(program = makeProgram({} as Context)): NamedCommand[] {
  const leaves = (command: Command, path: readonly string[]): NamedCommand[] =>
    command.commands.length === 0
      ? [{ name: path.join(" "), command }]
      : command.commands.flatMap((inner) => leaves(inner, [...path, inner.name()]));
  return leaves(program, []);
}

/** The fewest words, and the input, with which a command begins, where it needs any. */
export const enough: Readonly<Record<string, readonly string[]>> = {
  apply: ["-f", "-"],
  "conformance run": ["-"],
  delete: ["-f", "-"],
  get: ["hosts"],
  "lab exec": ["default/web", "--", "true"],
  "lab ipv4": ["default/web", "on"],
  "lab rm": ["default/none"],
  "lab run": ["default/web"],
  "lab up": ["-f", "-"],
  "option set": ["mtu=1400"],
  "policy try": ["-f", "-"],
  trace: ["1"],
  why: ["--from", "a/b", "--to", "a/c", "--port", "tcp/80"],
};

/** Standard input of those that read it. */
export const enoughInput =
  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n}, spec: {podSelector: {}}}";

/** An option of a command by its long name. */
export function optionNamed(command: Command, long: string): Option | undefined {
  return command.options.find((option) => option.long === long);
}
