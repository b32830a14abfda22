import type { MeshPaths } from "./paths.ts";
import { runningProcesses } from "./processes.ts";

/** Whether the mesh of a state directory has no supervisor any more. */
export function isAbandoned(paths: MeshPaths): boolean {
  return !runningProcesses(paths).some(({ name }) => name === "supervisor");
}
