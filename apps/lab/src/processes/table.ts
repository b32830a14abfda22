import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks since boot (field 22 of proc_pid_stat(5)). */
  readonly started: number;
}

/** Start time of a process; undefined when it is gone or a zombie. */
export function processStart(pid: number): number | undefined {
  return processVitals(pid)?.started;
}

/** What a process is doing, by proc_pid_stat(5). */
interface ProcessVitals extends ProcessId {
  /** "R" running, "S" sleeping, "D" waiting for a disk, "T" stopped, "t" stopped by a debugger. */
  readonly state: string;
  /** Processor time of all its threads so far. */
  readonly cpuMs: number;
}

/** The kernel counts processor time in these ticks for user space, on every architecture (USER_HZ). */
const tickMs = 10;

/** What a process is doing; undefined when it is gone or a zombie. */
export function processVitals(pid: number): ProcessVitals | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything, blanks and parentheses included.
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    const cpuMs = (Number(fields[10]) + Number(fields[11])) * tickMs;
    return { pid, started: Number(fields[18]), state, cpuMs };
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
  return (pid) => variableOf(pid, name) === value;
}

/** What a variable of the environment was when a process was started; undefined when it had none, or it is gone. */
export function variableOf(pid: number, name: string): string | undefined {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}

/** What a process calls itself on its command line (proc_pid_cmdline(5)); "" when it is gone. */
export function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "";
  } catch {
    return "";
  }
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
