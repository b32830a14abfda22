import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { WeftError } from "@weft/netaddr";

/** What a workload process needs to know. */
interface WorkloadOptions {
  /** Path of the program, from `buildWorkload`. */
  readonly program: string;
  /** What it answers to whoever connects, e.g. "default/frontend". */
  readonly name: string;
  /** Path of the network namespace to run in. */
  readonly netns: string;
  /** Path of the Unix socket to take probe jobs on; at most 107 bytes (unix(7)). */
  readonly control: string;
  /** "tcp/80", "udp/53", "sctp/5000" ... */
  readonly listen: readonly string[];
}

/** Starts a workload in the background; returns its process id when every port is open. */
export async function startWorkload(options: WorkloadOptions, signal?: AbortSignal): Promise<number> {
  const listen = options.listen.flatMap((port) => ["--listen", port]);
  const names = ["--name", options.name, "--netns", options.netns, "--control", options.control];
  try {
    const run = promisify(execFile)(options.program, [...names, ...listen], {
      env: {},
      ...(signal && { signal }),
    });
    return Number((await run).stdout);
  } catch (cause) {
    const words = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause);
    throw new WeftError("INTERNAL", `workload ${options.name} did not start: ${words}`, { cause });
  }
}
