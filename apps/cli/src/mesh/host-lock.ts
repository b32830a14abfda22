// Locks of a network namespace, as commands and supervisors take them.
import { setTimeout as sleep } from "node:timers/promises";
import { type NetnsLock, netnsLockHolder, takeNetnsLock } from "@weft/ebpf";
import { titleOf } from "@weft/lab";

const pollMs = 20;

/** Takes a lock, waiting for it at most this long; undefined when somebody else holds it. */
export async function holdLock(name: string, patienceMs: number): Promise<NetnsLock | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const lock = takeNetnsLock(name);
    if (lock !== undefined || performance.now() > deadline) return lock;
    await sleep(pollMs);
  }
}

/** Who holds a lock: "node (process 4711)"; without a process where none is seen, as from a container. */
export function holderOf(name: string): string {
  const pid = netnsLockHolder(name);
  if (pid === undefined) return "a process that is not seen from here";
  return `${titleOf(pid) || "a program"} (process ${pid})`;
}
