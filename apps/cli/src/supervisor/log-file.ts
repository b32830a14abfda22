import { openSync, renameSync, statSync } from "node:fs";

/** What a process said before its last start is kept in FILE.1 once FILE is larger than this. */
const turnBytes = 4 * 2 ** 20;

/** Opens a file that the output of a process is appended to. Called at every start, which bounds what is kept. */
export function openLogFile(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > turnBytes) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}
