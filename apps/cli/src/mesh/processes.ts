import {
  findProcesses,
  hasVariable,
  type ProcessId,
  readNote,
  replaceFile,
  titleOf,
  variableOf,
} from "@weft/lab";
import * as z from "zod";
import { markVariable, nameVariable, spareName, spareTitle } from "./marks.ts";
import type { MeshPaths } from "./paths.ts";

const one = z.object({
  name: z.string(),
  pid: z.number(),
  started: z.number(),
  /** How often it was started again after it ended by itself. */
  restarts: z.number(),
});

const all = z.object({
  /** Where the log is reached. */
  natsUrl: z.string(),
  processes: z.array(one),
});

/** One supervised process; the supervisor itself is the one named "supervisor". */
export type ProcessRecord = z.infer<typeof one>;

/** The processes of a mesh, as its supervisor last wrote them down. */
type ProcessesRecord = z.infer<typeof all>;

/** What the supervisor last wrote down; undefined when it never did. */
export async function readProcesses(paths: MeshPaths): Promise<ProcessesRecord | undefined> {
  return readNote(paths.processes, all);
}

/** Writes the processes down, whole or not at all. */
export async function writeProcesses(paths: MeshPaths, record: ProcessesRecord): Promise<void> {
  await replaceFile(paths.processes, `${JSON.stringify(record, null, 2)}\n`);
}

/** A process of a mesh that runs, by its name: "supervisor", "nats-server", "ipam" ... */
interface FoundProcess extends ProcessId {
  readonly name: string;
}

/** The processes of a mesh that run now, by what the kernel says of them: right also where no note could be written. */
export function runningProcesses(paths: MeshPaths): FoundProcess[] {
  const named = new Map<string, FoundProcess>();
  for (const found of findProcesses(hasVariable(markVariable, paths.state))) {
    const name = nameOf(found.pid);
    // What one forks bears its name until it becomes a program of its own.
    const older = (named.get(name ?? "")?.started ?? Number.POSITIVE_INFINITY) <= found.started;
    if (name !== undefined && !older) named.set(name, { name, ...found });
  }
  return [...named.values()];
}

function nameOf(pid: number): string | undefined {
  const name = variableOf(pid, nameVariable);
  if (name !== spareName) return name;
  // One that has not become anything is nobody's: it ends with the supervisor that made it.
  const title = titleOf(pid);
  return title.startsWith(spareTitle) ? title.slice(spareTitle.length) : undefined;
}
