import { spawn } from "node:child_process";
import { getuid } from "node:process";
import { WeftError } from "@weft/netaddr";

/** What a sandboxed command may use. */
export interface Limits {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly fileBytes: number;
  /** Wall clock. */
  readonly timeoutMs: number;
}

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
 * Runs a command in a directory of its own with no network, an empty environment and bounded resources; everything it
 * started is killed when it ends, takes too long or is aborted (then throws CANCELLED or DEADLINE_EXCEEDED).
 */
export async function runSandboxed(
  command: readonly string[],
  options: { readonly cwd: string; readonly limits: Limits; readonly signal?: AbortSignal },
): Promise<Ended> {
  const { cwd, limits, signal } = options;
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  if (stop.aborted) throw stopped(stop, timeout);
  const [program = "", ...args] = [...fence(limits), ...command];
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

/** The commands before the command: a network namespace with nothing in it, then limits. */
function fence({ cpuSeconds, memoryBytes, fileBytes }: Limits): string[] {
  const asUser = getuid?.() === 0 ? [] : ["--map-root-user"];
  return [
    ...["unshare", "--net", ...asUser, "--"],
    ...["prlimit", `--cpu=${cpuSeconds}`, `--as=${memoryBytes}`, `--fsize=${fileBytes}`, "--core=0", "--"],
  ];
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
