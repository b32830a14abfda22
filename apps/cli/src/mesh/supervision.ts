import { statSync } from "node:fs";
import { isRunning } from "@weft/lab";
import { askSupervisor } from "../supervisor/report.ts";
import { isAbandoned } from "./abandoned.ts";
import type { MeshConfig } from "./config.ts";
import type { MeshPaths } from "./paths.ts";
import { readProcesses, runningProcesses } from "./processes.ts";
import { unwritablePlaces } from "./space.ts";

/** A process of a mesh as status shows it. */
export interface SupervisedProcess {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
  readonly restarts: number;
  /** What is wrong with it, by its supervisor; "" when nothing is, or nobody can say. */
  readonly trouble: string;
}

/** The processes of a mesh, and what is wrong with them, with their supervisor and with the disks they write to. */
export async function supervision(
  paths: MeshPaths,
  mesh: MeshConfig,
): Promise<{ readonly processes: readonly SupervisedProcess[]; readonly troubles: readonly string[] }> {
  const [report, disks] = await Promise.all([askSupervisor(paths), unwritablePlaces(paths, mesh)]);
  const processes = report?.processes ?? (await foundProcesses(paths));
  const shown = processes.map(({ name, pid, started, restarts, trouble }) => {
    return { name, pid, running: isRunning({ pid, started }), restarts, trouble };
  });
  const bad = shown.filter(({ trouble }) => trouble !== "").map((one) => `${one.name}: ${one.trouble}`);
  const keepers = ["supervisor", "guardian"]; // Whose absence has a line of its own.
  const ended = shown.filter(({ name, running }) => !running && !keepers.includes(name));
  const gone = ended.map(({ name }) => `${name} is gone`);
  const supervisor = report === undefined ? [absence(paths)] : report.troubles;
  return { processes: shown, troubles: [...disks, ...supervisor, ...bad, ...gone] };
}

/** Without a supervisor's word: what runs, beside what was last written down. */
async function foundProcesses(paths: MeshPaths) {
  const noted = (await readProcesses(paths).catch(() => undefined))?.processes ?? [];
  const restarts = new Map(noted.map((one) => [one.name, one.restarts]));
  const found = runningProcesses(paths);
  const missing = noted.filter(({ name }) => !found.some((one) => one.name === name));
  return [
    ...found.map((one) => ({ ...one, restarts: restarts.get(one.name) ?? 0, trouble: "" })),
    ...missing.map((one) => ({ ...one, trouble: "" })),
  ];
}

function absence(paths: MeshPaths): string {
  if (!isAbandoned(paths)) return "the supervisor does not answer";
  const since = statSync(paths.processes, { throwIfNoEntry: false })?.mtime;
  const told = since === undefined ? "" : ` since ${since.toISOString()}`;
  const expected = "weft up, which takes over what runs";
  return `the supervisor is gone${told}: nothing that ends is started again (expected ${expected})`;
}
