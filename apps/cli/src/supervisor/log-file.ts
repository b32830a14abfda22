import { copyFileSync, openSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "@weft/netaddr";

/** What is kept of what a process said: the newest in FILE, up to this, and as much before it in FILE.1. */
const turnBytes = 4 * 2 ** 20;

/** Opens a file that the output of a process is appended to; "ignore" (of child_process) where none can be opened. */
export function openLogFile(path: string): number | "ignore" {
  try {
    boundLogFile(path);
    return openSync(path, "a", 0o600);
  } catch (error) {
    console.error(`weft: nothing is kept of what ${path} was for: ${errnoOf(error)}`);
    return "ignore";
  }
}

/**
 * Empties a log that has become large, whose text is then in FILE.1. A process that writes there goes on, because it
 * appends. What it says at this very moment may be lost, and all of it on a full disk, which has no room for a copy.
 */
export function boundLogFile(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= turnBytes) return;
  try {
    copyFileSync(path, `${path}.1`);
  } catch {
    rmSync(`${path}.1`, { force: true });
  }
  truncateSync(path, 0);
}

/** Does so for all logs of a folder and some others; what cannot be done is left. */
export function boundLogFiles(folder: string, ...others: readonly string[]): void {
  try {
    const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
    for (const path of [...logs.map((name) => join(folder, name)), ...others]) boundLogFile(path);
  } catch {
    // Tried again with the next round.
  }
}
