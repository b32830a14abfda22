import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks since boot (field 22 of proc_pid_stat(5)). */
  readonly started: number;
}

/** Start time of a process; undefined when it is gone or a zombie. */
export function processStart(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything, blanks and parentheses included.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? undefined : Number(fields[18]);
  } catch {
    return undefined;
  }
}

/** Whether this very process still runs. */
export function isRunning(process: ProcessId): boolean {
  return processStart(process.pid) === process.started;
}

/** All processes for which the test holds, this one excepted. */
export function findProcesses(test: (pid: number) => boolean): ProcessId[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter(test)
    .flatMap((pid) => {
      const started = processStart(pid);
      return started === undefined ? [] : [{ pid, started }];
    });
}

/** Test: the process was started with this variable in its environment. */
export function hasVariable(name: string, value: string): (pid: number) => boolean {
  const wanted = `${name}=${value}`;
  return (pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(wanted);
    } catch {
      return false;
    }
  };
}

/** Test: the process lives in one of these network namespaces, given as paths. */
export function livesIn(namespaces: readonly string[]): (pid: number) => boolean {
  const wanted = new Set(
    namespaces.flatMap((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? [] : [`net:[${found.ino}]`];
    }),
  );
  return (pid) => {
    try {
      return wanted.has(readlinkSync(`/proc/${pid}/ns/net`));
    } catch {
      return false;
    }
  };
}
