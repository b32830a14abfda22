import { spawn } from "node:child_process";

/** What a run of a command left behind. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with an input to its end; never rejects for its status. */
export function runCommand(
  words: readonly string[],
  options: {
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** In a group of its own: Ctrl-C ends who runs it, which then takes down what it made. */
    readonly detached?: boolean;
  } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const [command = "", ...rest] = words;
    const { env, detached = true } = options;
    const child = spawn(command, rest, { env: { ...process.env, ...env }, detached });
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
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** The same, whose status must be 0; answers what it printed. */
export async function mustRun(words: readonly string[], input = ""): Promise<string> {
  const { status, stdout, stderr } = await runCommand(words, { input });
  if (status !== 0) throw new Error(`${words.join(" ")}: status ${status}: ${stderr || stdout}`);
  return stdout;
}
