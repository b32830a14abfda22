// Keeps the processes of one mesh running: node main.ts STATE ACTOR. Started by `weft up` and `weft lab up`, ended by
// `weft down` with SIGTERM.

import { processStart } from "@weft/lab";
import { toWeftError } from "@weft/netaddr";
import { readConfig } from "../mesh/config.ts";
import { meshPaths } from "../mesh/paths.ts";
import type { SupervisorMessage } from "./message.ts";
import { markVariable } from "./specs.ts";
import { Supervisor } from "./supervisor.ts";

const [state = "", actor = ""] = process.argv.slice(2);
const paths = meshPaths(state);

function tell(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

// The command that started us may be gone: that is no reason to stop.
process.on("disconnect", () => {});
const environment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);
delete environment.NODE_CHANNEL_FD;
delete environment.NODE_CHANNEL_SERIALIZATION_MODE;
delete environment[markVariable];

const supervisor = new Supervisor({
  paths,
  mesh: await readConfig(paths),
  self: { name: "supervisor", pid: process.pid, started: processStart(process.pid) ?? 0, restarts: 0 },
  environment,
  actor,
  onProgress: (text) => tell({ kind: "progress", text }),
});

let ending: Promise<void> | undefined;
function end(status: number): Promise<void> {
  ending ??= supervisor.stop().finally(() => process.exit(status));
  return ending;
}
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end(0));

try {
  await supervisor.start();
  tell({ kind: "ready" });
} catch (thrown) {
  console.error(thrown);
  const { code, message } = toWeftError(thrown);
  tell({ kind: "failed", code, message });
  await end(1);
}
