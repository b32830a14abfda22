import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessId } from "./table.ts";

const pollMs = 20;

/** Ends processes: asks by SIGTERM, and after `graceMs` insists by SIGKILL. Returns when all are gone. */
export async function stopProcesses(
  processes: readonly ProcessId[],
  graceMs: number,
  first: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<void> {
  if (!(await ended(processes, first, graceMs))) await ended(processes, "SIGKILL", 5000);
}

async function ended(
  processes: readonly ProcessId[],
  signal: NodeJS.Signals,
  waitMs: number,
): Promise<boolean> {
  for (const one of processes.filter(isRunning)) {
    try {
      process.kill(one.pid, signal);
    } catch {
      // Gone in between.
    }
  }
  const deadline = performance.now() + waitMs;
  while (processes.some(isRunning)) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}
