import { userInfo } from "node:os";
import type { Readable } from "node:stream";
import { toWeftError } from "@weft/netaddr";
import { CommanderError } from "commander";
import { readStream } from "./bounded.ts";
import type { Context } from "./context.ts";
import { exitStatus, reportError, reportInterruption } from "./output.ts";
import { makeProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";
import { unlimitedWaits } from "./waits.ts";

/** What a command is run with: its words and variables, and who may end it. */
interface Invocation {
  readonly words: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Standard input. */
  readonly input: Readable;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly interrupted: AbortSignal;
  /** Exit status of a command ended by a signal; undefined when none came. */
  readonly interruption: () => number | undefined;
}

/** Runs the command that the words name; its exit status, once all of its results are written. */
export async function runCommand(invocation: Invocation): Promise<number> {
  const { terminal, interrupted } = invocation;
  const status = await attempt(invocation);
  await terminal.settled(interrupted);
  const failure = terminal.failure();
  if (failure === undefined) return status;
  terminal.say(`weft: ${failure.message}`);
  return status === exitStatus.ok ? exitStatus.failure : status;
}

async function attempt(invocation: Invocation): Promise<number> {
  const { words, variables, input, terminal, interrupted, interruption } = invocation;
  const signal = AbortSignal.any([interrupted, terminal.broken]);
  let status: number = exitStatus.ok;
  const context: Context = {
    output: terminal,
    actor: `cli:${userInfo().username}`,
    signal,
    waits: unlimitedWaits(terminal),
    environment: Object.fromEntries(
      Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    state: variables.WEFT_STATE ?? "",
    readInput: () => readStream(input, "standard input", signal),
    setStatus: (value) => {
      status = value;
    },
  };
  const debug = variables.WEFT_DEBUG === "1";
  try {
    signal.throwIfAborted();
    await makeProgram(context).parseAsync([...words]);
    return status;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitStatus.ok : exitStatus.badInput;
    const ended = interruption();
    if (ended !== undefined) {
      reportInterruption(thrown, signal.reason, terminal, debug);
      return ended;
    }
    // Nobody reads on, and the command has stopped for it: what it had to say until then counts.
    if (terminal.broken.aborted && toWeftError(thrown).code === "CANCELLED") return status;
    return reportError(thrown, terminal, debug);
  }
}
