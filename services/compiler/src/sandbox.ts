import { type ChildProcessByStdio, spawn } from "node:child_process";
import { posix } from "node:path";
import type { Readable, Writable } from "node:stream";
import { WeftError } from "@weft/netaddr";
import type { Bound, Files } from "./domain/digest.ts";
import { tarOf } from "./domain/tar.ts";
import { fenced, type Limits, tableFile, tableOf } from "./fence.ts";

/** How a sandboxed command ended. */
export interface Ended {
  /** Exit status; 128 + N when signal N killed the command. */
  readonly status: number | null;
  /** The signal that killed the fence itself. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Uint8Array;
  /** Beginning of the errors, at most 256 KiB. */
  readonly stderr: string;
}

/** All that a sandboxed command sees of the world. */
export interface Root {
  /** By absolute path. */
  readonly files: Files;
  readonly bound: readonly Bound[];
  /** The command's working folder; one of those of the files. */
  readonly folder: string;
}

/** What a sandboxed command may use, and until when it is waited for. */
interface SandboxOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal;
}

const maxErrors = 256 * 1024;
/** Room for what is given and for what is bound; the root's own memory is twice this. */
const maxFiles = 8 * 1024 * 1024;

/**
 * Runs a command in a root of its own, as a user of its own and without privileges. It sees the files and what is bound,
 * and can write nothing but its output; no network, no other process, an empty environment; its resources are bounded.
 * Nothing of it is on this machine's disk. Everything it started is killed when it ends, takes too long or is aborted (then
 * throws CANCELLED or DEADLINE_EXCEEDED), writes too much (RESOURCE_EXHAUSTED), or when this process ends.
 */
export async function runSandboxed(
  command: readonly string[],
  root: Root,
  { limits, signal }: SandboxOptions,
): Promise<Ended> {
  const archive = archiveOf(root);
  const tooMuch = new AbortController();
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const stop = AbortSignal.any([tooMuch.signal, timeout, ...(signal === undefined ? [] : [signal])]);
  const throwIfStopped = (): void => {
    if (tooMuch.signal.aborted) throw tooMuch.signal.reason;
    if (signal?.aborted) throw new WeftError("CANCELLED", "given up by the caller", { cause: signal.reason });
    if (stop.aborted) throw new WeftError("DEADLINE_EXCEEDED", "the command took too long");
  };
  throwIfStopped();
  const [program = "", ...args] = fenced(command, root.folder, limits);
  const child = spawn(program, args, {
    cwd: "/",
    detached: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", SOURCE_DATE_EPOCH: "0" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const kill = (): void => killGroup(child.pid);
  stop.addEventListener("abort", kill, { once: true });
  const output = collect(child, limits.outputBytes, () => {
    tooMuch.abort(
      new WeftError("RESOURCE_EXHAUSTED", `the output is larger than ${limits.outputBytes} bytes`),
    );
  });
  // A fence that fails does not read it: its status says so.
  child.stdin.on("error", () => undefined).end(archive);
  try {
    const ended = await new Promise<Pick<Ended, "status" | "signal">>((resolve, reject) => {
      child.on("error", (cause) => reject(new WeftError("INTERNAL", `cannot run ${program}`, { cause })));
      child.on("close", (status, by) => resolve({ status, signal: by }));
    });
    throwIfStopped();
    return { ...ended, ...output() };
  } finally {
    stop.removeEventListener("abort", kill);
    kill();
  }
}

function collect(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  most: number,
  onTooMuch: () => void,
): () => Pick<Ended, "stdout" | "stderr"> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= most) chunks.push(chunk);
    else onTooMuch();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(0, maxErrors);
  });
  return () => ({ stdout: Buffer.concat(chunks), stderr });
}

/** The files, a place for each thing that is bound, and the table of those. */
function archiveOf({ files, bound }: Root): Uint8Array {
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > maxFiles) {
    throw new WeftError(
      "RESOURCE_EXHAUSTED",
      `the files take ${bytes} bytes, at most ${maxFiles} are compiled`,
    );
  }
  const places = bound.map(({ at, folder }) => [posix.join(at, folder ? ".place" : ""), ""] as const);
  const all = [...places, ...files, [tableFile, tableOf(bound)] as const];
  return tarOf(new Map(all.map(([path, text]) => [path.replace(/^\/+/, ""), text])));
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}
