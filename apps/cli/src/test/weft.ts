// For tests: a command line in this process, by all of main.ts but its signals, as far as it goes without a mesh.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { runCommand } from "../run.ts";
import { openTerminal } from "../terminal.ts";

/** Runs a command line in a state directory where no mesh is up; gives what it printed, said, and its exit status. */
export async function weft(words: readonly string[], input: string | Uint8Array = "") {
  const state = mkdtempSync(join(tmpdir(), "weft-cli-"));
  const [out, err] = [new PassThrough(), new PassThrough()];
  const [printed, said] = [text(out), text(err)];
  try {
    const status = await runCommand({
      words: ["node", "weft", ...words],
      variables: { WEFT_STATE: state },
      input: Readable.from([Buffer.from(input)]),
      terminal: openTerminal(out, err),
      interrupted: AbortSignal.timeout(60_000),
      interruption: () => undefined,
    });
    out.end();
    err.end();
    return { printed: (await printed).trimEnd(), said: (await said).trimEnd(), status };
  } finally {
    rmSync(state, { recursive: true });
  }
}
