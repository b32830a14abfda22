import type { Command } from "commander";
import { type Context, jsonOption, pathsOf, stateOption } from "../context.ts";
import { leaveRecord } from "../mesh/leave.ts";
import { teardown } from "../mesh/teardown.ts";

/** Adds `weft down`; `weft lab down` is the same. */
export function addDown(program: Command, context: Context): void {
  program
    .command("down")
    .summary("end the mesh on this machine and remove everything of it")
    .description(
      "Ends every process of the mesh, and removes its namespaces, pinned programs, cgroups and sockets. Works " +
        'also when the supervisor was killed, and when only half of a mesh came up. Prints {"state", "found"}.',
    )
    .addOption(jsonOption())
    .addOption(stateOption())
    .action(async (options: { readonly state?: string }) => {
      const paths = pathsOf(context, options);
      await leaveRecord(paths, context);
      const found = await teardown(paths);
      context.output.say(found ? "weft: down" : `weft: nothing was up at ${paths.state}`);
      context.output.print(JSON.stringify({ state: paths.state, found }));
    });
}
