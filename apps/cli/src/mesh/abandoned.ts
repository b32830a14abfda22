import { isRunning } from "@weft/lab";
import type { MeshPaths } from "./paths.ts";
import { readProcesses } from "./processes.ts";

/** Whether the mesh of a state directory has no supervisor any more. */
export async function isAbandoned(paths: MeshPaths): Promise<boolean> {
  const processes = (await readProcesses(paths).catch(() => undefined))?.processes ?? [];
  return !processes.some((process) => process.name === "supervisor" && isRunning(process));
}
