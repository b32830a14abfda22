import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packets that a device has sent, by its own count. */
export async function transmitted(netns: string, device: string): Promise<number> {
  const command = ["cat", "/proc/net/dev"];
  const { stdout } = await run("nsenter", [`--net=${netns}`, ...command]);
  const line = stdout.split("\n").find((text) => text.trim().startsWith(`${device}:`));
  return Number(line?.split(":")[1]?.trim().split(/\s+/)[9] ?? Number.NaN);
}

/** Where a cgroup2 is mounted; undefined when nowhere. */
export async function cgroup2(): Promise<string | undefined> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" "));
  return mounts.find(([, , type]) => type === "cgroup2")?.[1];
}

/** The error of connecting to a closed port of ::1, by a process in this cgroup. */
export async function connectFrom(cgroup: string | undefined): Promise<string> {
  const script = `
    if (process.argv[1]) require("fs").writeFileSync(process.argv[1] + "/cgroup.procs", String(process.pid));
    require("net").connect(1, "::1").on("error", (error) => process.stdout.write(error.code));`;
  const { stdout } = await run(process.execPath, ["-e", script, ...(cgroup === undefined ? [] : [cgroup])]);
  return stdout;
}
