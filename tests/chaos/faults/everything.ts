import { isRunning } from "@weft/lab";
import type { Fault } from "./fault.ts";

/** kill -9 of all processes, supervisor and guardian too, so that nobody starts anything again; then somebody does. */
export const everything: Fault = {
  kind: "kill everything",
  async begin({ lab }) {
    const running = (await lab.processes()).filter(isRunning);
    const isKeeper = ({ name }: { readonly name: string }) => ["guardian", "supervisor"].includes(name);
    // Those first who would start the others again.
    const order = [...running.filter(isKeeper), ...running.filter((one) => !isKeeper(one))];
    for (const { pid } of order) process.kill(pid, "SIGKILL");
    const { status, stderr } = await lab.run(["up"]);
    return {
      target: `${running.length} processes, then weft up`,
      check: async () => (status === 0 ? [] : [`weft up ended with status ${status}: ${stderr}`]),
    };
  },
};
