// The `weft` command: reads arguments and environment, runs one command, ends with its exit status.
import { userInfo } from "node:os";
import { text } from "node:stream/consumers";
import { CommanderError } from "commander";
import type { Context } from "./context.ts";
import { exitStatus, reportError, terminal } from "./output.ts";
import { makeProgram } from "./program.ts";

const interrupted = new AbortController();
let status: number = exitStatus.ok;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
}
// A reader that has seen enough (`weft log | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(status);
  throw error;
});

const environment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);
const context: Context = {
  output: terminal,
  actor: `cli:${userInfo().username}`,
  signal: interrupted.signal,
  environment,
  state: process.env.WEFT_STATE ?? "",
  readInput: () => text(process.stdin),
  setStatus: (value) => {
    status = value;
  },
};

try {
  await makeProgram(context).parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    status = thrown.exitCode === 0 ? exitStatus.ok : exitStatus.badInput;
  } else {
    status = reportError(thrown, terminal, process.env.WEFT_DEBUG === "1");
  }
}
// Everything is written before the end, and nothing that was left open keeps the command alive.
process.stdout.write("", () => process.exit(status));
