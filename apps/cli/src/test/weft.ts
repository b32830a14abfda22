// For tests: a command line in this process, as far as it goes without a mesh.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import type { Context } from "../context.ts";
import { reportError } from "../output.ts";
import { makeProgram } from "../program.ts";
import { unlimitedWaits } from "../waits.ts";

/** Runs a command line that must not reach any mesh; gives what it printed, said, and its exit status. */
export async function weft(words: readonly string[], input: string | Uint8Array = "") {
  const state = mkdtempSync(join(tmpdir(), "weft-cli-"));
  const printed: string[] = [];
  const said: string[] = [];
  let status = 0;
  const context: Context = {
    output: { print: (text) => printed.push(text), say: (text) => said.push(text), ready: async () => {} },
    actor: "cli:test",
    signal: AbortSignal.timeout(10_000),
    waits: unlimitedWaits({ say: (text) => said.push(text) }),
    environment: {},
    state,
    readInput: async () => Buffer.from(input),
    setStatus: (value) => {
      status = value;
    },
  };
  try {
    await makeProgram(context).parseAsync([...words], { from: "user" });
  } catch (error) {
    const usage = error instanceof CommanderError;
    status = usage ? Math.min(error.exitCode * 2, 2) : reportError(error, context.output, false);
  } finally {
    rmSync(state, { recursive: true });
  }
  return { printed: printed.join("\n"), said: said.join("\n"), status };
}
