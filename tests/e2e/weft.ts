import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untold } from "@weft/cli/testing";
import { type Ran, runCommand } from "../run-command.ts";

/** The repository. */
export const root = join(import.meta.dirname, "..", "..");

/** Why a test that needs a whole mesh cannot run here; false when it can. */
export const skip =
  process.getuid?.() === 0 ? false : "makes network namespaces and loads programs: needs root";

/** The command in a state directory of its own. Disposing takes the mesh down, whatever became of it. */
export interface Mesh extends AsyncDisposable {
  readonly state: string;
  /** Runs `weft` with these words and input. */
  run(words: readonly string[], input?: string): Promise<Ran>;
  /** The same, parsed as JSON; throws with what was said on stderr when the status is not 0. */
  json<T>(words: readonly string[], input?: string): Promise<T>;
}

/**
 * A state directory, on the disk of `parent`, and the command that works on it, run by these words (`nsenter ...`) where there
 * are any.
 */
export async function openMesh(enter: readonly string[] = [], parent = tmpdir()): Promise<Mesh> {
  const state = await mkdtemp(join(parent, "weft-e2e-"));
  const run = async (words: readonly string[], input = "") => {
    const ran = await runCommand([...enter, join(root, "weft"), ...words], {
      input,
      env: { WEFT_STATE: state },
      detached: false,
    });
    // Whatever a test asks for, what is printed is what OUTPUT.md tells.
    if (ran.status < 2) assert.deepEqual(untold(words, ran.stdout), []);
    return ran;
  };
  return {
    state,
    run,
    async json(words, input = "") {
      const { status, stdout, stderr } = await run(words, input);
      if (status !== 0) throw new Error(`weft ${words.join(" ")}: status ${status}\n${stderr}`);
      return JSON.parse(stdout);
    },
    async [Symbol.asyncDispose]() {
      await run(["down"]);
      await rm(state, { recursive: true, force: true });
    },
  };
}
