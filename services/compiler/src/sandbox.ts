import { spawn } from "node:child_process";
import { chown, constants, open } from "node:fs/promises";
import { WeftError } from "@weft/netaddr";
import { fenced, isRoot, type Limits, nobody } from "./fence.ts";

/** How a sandboxed command ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Beginning of the output and of the errors, at most 256 KiB each. */
  readonly stdout: string;
  readonly stderr: string;
}

const maxOutput = 256 * 1024;

/**
 * Runs a command in a directory of its own, as nobody and without privileges. It sees that directory, which it may write,
 * and /usr, which it may not; no network, no other process, an empty environment; its resources are bounded. Everything
 * it started is killed when it ends, takes too long or is aborted (then throws CANCELLED or DEADLINE_EXCEEDED). What it
 * leaves behind may be anything: see \`readLeft\`.
 */
export async function runSandboxed(
  command: readonly string[],
  options: { readonly cwd: string; readonly limits: Limits; readonly signal?: AbortSignal },
): Promise<Ended> {
  const { cwd, limits, signal } = options;
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  if (isRoot()) await chown(cwd, nobody, nobody);
  if (stop.aborted) throw stopped(stop, timeout);
  const [program = "", ...args] = fenced(command, cwd, limits);
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", TMPDIR: cwd },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] = (output[name] + text).slice(0, maxOutput);
    });
  }
  const kill = (): void => killGroup(child.pid);
  stop.addEventListener("abort", kill, { once: true });
  try {
    const ended = await new Promise<Pick<Ended, "status" | "signal">>((resolve, reject) => {
      child.on("error", (cause) => reject(new WeftError("INTERNAL", `cannot run ${program}`, { cause })));
      child.on("close", (status, by) => resolve({ status, signal: by }));
    });
    if (stop.aborted) throw stopped(stop, timeout);
    return { ...ended, ...output };
  } finally {
    stop.removeEventListener("abort", kill);
    kill();
  }
}

/** A file that a sandboxed command left. A link, which could lead to anything of ours, or a pipe is refused (INTERNAL). */
export async function readLeft(path: string): Promise<Uint8Array> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((cause: unknown) => {
    throw new WeftError("INTERNAL", `${path} was not left as a file`, { cause });
  });
  if (!(await file.stat()).isFile()) throw new WeftError("INTERNAL", `${path} was not left as a file`);
  return await file.readFile();
}

function stopped(stop: AbortSignal, timeout: AbortSignal): WeftError {
  if (stop.reason === timeout.reason) return new WeftError("DEADLINE_EXCEEDED", "the command took too long");
  return new WeftError("CANCELLED", "given up by the caller", { cause: stop.reason });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}
