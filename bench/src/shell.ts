import { type ChildProcess, execFileSync, spawn } from "node:child_process";

/** Runs `ip` with one line of arguments; throws with its message. */
export function ip(line: string): void {
  execFileSync("ip", line.split(" "), { stdio: ["ignore", "ignore", "pipe"] });
}

/** Runs a command inside a named network namespace and returns what it printed. */
export function inNetns(netns: string, command: string[]): string {
  return execFileSync("nsenter", [`--net=/run/netns/${netns}`, ...command], { encoding: "utf8" });
}

/** Writes /proc/sys/net/NAME of a namespace. What this kernel does not have (no br_netfilter) needs no setting. */
export function setSysctl(netns: string, name: string, value: string): void {
  const file = `/proc/sys/net/${name}`;
  inNetns(netns, ["sh", "-c", `! [ -e ${file} ] || echo ${value} > ${file}`]);
}

/** Starts a command inside a named network namespace; resolves when it has printed its first line. */
export function startInNetns(netns: string, command: string[]): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn("nsenter", [`--net=/run/netns/${netns}`, ...command], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.once("error", reject);
    child.once("exit", (status) => reject(new Error(`${command[0]} ended with ${status}`)));
    child.stdout.once("data", () => resolve(child));
  });
}

/** The middle value; of an even number of values the upper one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value that so many percent of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
