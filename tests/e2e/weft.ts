import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The repository. */
export const root = join(import.meta.dirname, "..", "..");

/** Why a test that needs a whole mesh cannot run here; false when it can. */
export const skip =
  process.getuid?.() === 0 ? false : "makes network namespaces and loads programs: needs root";

/** What a run of the command left behind. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

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
  const run = (words: readonly string[], input = "") =>
    weft(state, [...enter, join(root, "weft"), ...words], input);
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

function weft(state: string, words: readonly string[], input: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const [command = "", ...rest] = words;
    const child = spawn(command, rest, { env: { ...process.env, WEFT_STATE: state } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    child.once("error", reject);
    child.once("close", (status) =>
      resolve({
        status: status ?? 128,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      }),
    );
    child.stdin.end(input);
  });
}
