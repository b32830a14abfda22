import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { meshName } from "@weft/cli";
import type { ProgramView } from "@weft/model";
import type { Mesh } from "./weft.ts";

// Other meshes, tests and people use the same kernel at the same time: only what is of one mesh is looked at.

/** Programs, maps and links of a mesh in the kernel, by their numbers, which the kernel gives out once only. */
export interface KernelObjects {
  readonly prog: ReadonlySet<number>;
  readonly map: ReadonlySet<number>;
  readonly link: ReadonlySet<number>;
}

interface Row {
  readonly id: number;
  readonly prog_id?: number;
  readonly map_ids?: readonly number[];
}

function rowsOf(kind: keyof KernelObjects): Row[] {
  return JSON.parse(execFileSync("bpftool", ["-j", kind, "show"], { encoding: "utf8" })) as Row[];
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

/** Numbers in the descriptors that a process holds: prog_id, map_id, link_id of proc_pid_fdinfo(5). */
function heldBy(pid: string): [keyof KernelObjects, number][] {
  const directory = `/proc/${pid}/fdinfo`;
  try {
    return readdirSync(directory).flatMap((fd) => {
      const text = readFileSync(`${directory}/${fd}`, "utf8");
      const found = [...text.matchAll(/^(prog|map|link)_id:\s+(\d+)$/gm)];
      return found.map(([, kind, id]) => [kind as keyof KernelObjects, Number(id)] as const);
    }) as [keyof KernelObjects, number][];
  } catch {
    return []; // It has ended, or closed one in between.
  }
}

/** What a mesh that is up has in the kernel: what is attached, what hangs on that, and what its processes hold. */
export async function kernelObjects(mesh: Mesh): Promise<KernelObjects> {
  const programs = await mesh.json<ProgramView[]>(["get", "programs", "-o", "json"]);
  const prog = new Set(programs.map(({ id }) => id));
  const held = processesOf(mesh.state).flatMap(heldBy);
  for (const [kind, id] of held) if (kind === "prog") prog.add(id);
  const of = (kind: "map" | "link") => held.filter(([one]) => one === kind).map(([, id]) => id);
  const used = rowsOf("prog").filter(({ id }) => prog.has(id));
  const attached = rowsOf("link").filter(({ prog_id }) => prog_id !== undefined && prog.has(prog_id));
  return {
    prog,
    map: new Set([...used.flatMap(({ map_ids }) => map_ids ?? []), ...of("map")]),
    link: new Set([...attached.map(({ id }) => id), ...of("link")]),
  };
}

/** Those of the objects that the kernel still has, one a line. */
export function stillInKernel(objects: KernelObjects): string[] {
  return (["prog", "map", "link"] as const).flatMap((kind) =>
    rowsOf(kind)
      .filter(({ id }) => objects[kind].has(id))
      .map(({ id }) => `${kind} ${id}`),
  );
}

/** Everything else of the mesh of a state directory that is on this machine, one a line. */
export function meshState(state: string): string[] {
  const names = [meshName(state, "lab"), meshName(state, "machine")];
  const entries = (path: string) => {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  };
  const ours = (name: string) =>
    names.some((mesh) => name === `weft-${mesh}` || name.startsWith(`weft-${mesh}-`));
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  return [
    ...processesOf(state).map((pid) => `process ${pid}`),
    ...entries("/run/netns")
      .filter(ours)
      .map((name) => `namespace ${name}`),
    ...mounts.filter((line) => line.includes(state)).map((line) => `mount ${line}`),
    ...["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].flatMap((root) =>
      entries(root)
        .filter(ours)
        .map((name) => `cgroup ${root}/${name}`),
    ),
  ];
}
