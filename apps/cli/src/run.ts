import { userInfo } from "node:os";
import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import { CommanderError } from "commander";
import type { Context } from "./context.ts";
import { exitStatus, reportError, reportInterruption, terminal } from "./output.ts";
import { makeProgram } from "./program.ts";

/** Runs the command that the words name; its exit status. `interruption` is that of a command ended by a signal. */
export async function runCommand(
  words: readonly string[],
  variables: NodeJS.ProcessEnv,
  signal: AbortSignal,
  interruption: () => number | undefined,
): Promise<number> {
  let status: number = exitStatus.ok;
  // A reader that has seen enough (`weft log | head`) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(status);
    throw error;
  });
  const context: Context = {
    output: terminal,
    actor: `cli:${userInfo().username}`,
    signal,
    environment: Object.fromEntries(
      Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    state: variables.WEFT_STATE ?? "",
    readInput: () => buffer(addAbortSignal(signal, process.stdin)),
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
    if (ended === undefined) return reportError(thrown, terminal, debug);
    reportInterruption(thrown, signal.reason, terminal, debug);
    return ended;
  }
}
