import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";

/** Everything that a mesh makes on a machine and that must be gone after it. */
export interface MachineState {
  readonly namespaces: readonly string[];
  readonly processes: readonly string[];
  readonly links: readonly string[];
  readonly programs: readonly number[];
  readonly bpfLinks: readonly number[];
  readonly bpfMaps: readonly number[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
}

function ids(kind: "prog" | "link" | "map"): number[] {
  const rows = JSON.parse(execFileSync("bpftool", ["-j", kind, "show"], { encoding: "utf8" })) as {
    id: number;
  }[];
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

/** Processes that bear the mark of the mesh of a state directory, or name it on their command line. */
function processesOf(state: string): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => {
      try {
        const text =
          readFileSync(`/proc/${pid}/cmdline`, "utf8") + readFileSync(`/proc/${pid}/environ`, "latin1");
        return text.includes(state);
      } catch {
        return false;
      }
    });
}

/** The state of this machine, as far as the mesh of a state directory could have changed it. */
export async function machineState(state: string): Promise<MachineState> {
  const directories = async (path: string) =>
    (await readdir(path, { withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  const links = JSON.parse(execFileSync("ip", ["-j", "link"], { encoding: "utf8" })) as { ifname: string }[];
  return {
    namespaces: (await readdir("/run/netns").catch(() => [])).sort(),
    processes: processesOf(state),
    links: links.map(({ ifname }) => ifname).sort(),
    programs: ids("prog"),
    bpfLinks: ids("link"),
    bpfMaps: ids("map"),
    mounts: readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .filter((line) => line.includes(state)),
    cgroups: [...(await directories("/sys/fs/cgroup")), ...(await directories("/sys/fs/cgroup/unified"))],
  };
}
