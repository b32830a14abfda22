import { join } from "node:path";
import { markVariable, nameVariable } from "../mesh/marks.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import type { ProcessRecord } from "../mesh/processes.ts";
import type { ChildSpec } from "./child.ts";

const script = join(import.meta.dirname, "guardian");
const program = join(import.meta.dirname, "main.ts");

/** Word on the command line of a supervisor that goes on with what another one left. */
export const resumeWord = "--resume";

/** How a supervisor is started. */
export function supervisorCommand(paths: MeshPaths, actor: string, resume: boolean): string[] {
  return [process.execPath, program, paths.state, actor, ...(resume ? [resumeWord] : [])];
}

/**
 * The guardian of a supervisor: it becomes the next one when this one ends other than by an order. The supervisor in turn
 * starts its guardian again, so that both have to be killed within a second to leave a mesh to itself.
 */
export function guardianSpec(options: {
  readonly paths: MeshPaths;
  readonly self: ProcessRecord;
  readonly actor: string;
  readonly environment: Readonly<Record<string, string>>;
}): ChildSpec {
  const { paths, self, actor, environment } = options;
  return {
    name: "guardian",
    // A session of its own: what is sent to the group of the supervisor does not end both.
    command: "setsid",
    args: ["sh", script, `${self.pid}`, `${self.started}`, ...supervisorCommand(paths, actor, true)],
    env: { ...environment, [markVariable]: paths.state, [nameVariable]: "guardian" },
    log: join(paths.logs, "supervisor.log"),
  };
}
