import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { restoreGracePeriods, unmountBpffs } from "@weft/ebpf";
import {
  findNamespaces,
  findProcesses,
  hasVariable,
  isRunning,
  livesIn,
  netnsPathOf,
  type ProcessId,
  removeNamespaces,
  stopProcesses,
} from "@weft/lab";
import { isWeftError } from "@weft/netaddr";
import { removeCgroups } from "./cgroups.ts";
import { findConfig } from "./config.ts";
import { restoreMachine } from "./machine.ts";
import { markVariable } from "./marks.ts";
import { type MeshPaths, meshName } from "./paths.ts";
import { readProcesses, runningProcesses } from "./processes.ts";

/** The supervisor needs its children's grace and the log's; what is left then is ended without asking. */
const supervisorGraceMs = 20_000;
const graceMs = 3_000;

/**
 * Ends a mesh, however much of it is still there: processes, namespaces, pins, cgroups, sockets. Only the logs of the
 * processes stay, and the event log of a machine's mesh. Doing it again does nothing. Tells whether there was anything.
 */
export async function teardown(paths: MeshPaths): Promise<boolean> {
  const mesh = await findConfig(paths).catch((error: unknown) => {
    // What is damaged is removed like anything else; what is somebody else's is not.
    if (isWeftError(error, "PERMISSION_DENIED")) throw error;
  });
  const name = mesh?.mesh ?? meshName(paths.state, "lab");
  const stopped = await stopSupervised(paths);
  const namespaces = (await findNamespaces(name)).map(netnsPathOf);
  await stopProcesses(findProcesses(livesIn(namespaces)), graceMs);
  await removeNamespaces(name);
  await restoreMachine(paths);
  await restoreGracePeriods();
  await unmountBpffs(paths.bpffs).catch(() => {});
  await removeCgroups(`weft-${name}`);
  await removeState(paths);
  return mesh !== undefined || stopped > 0 || namespaces.length > 0;
}

/** Gives the number of processes that were still there. */
async function stopSupervised(paths: MeshPaths): Promise<number> {
  const noted = (await readProcesses(paths).catch(() => undefined))?.processes ?? [];
  const found = runningProcesses(paths);
  // Both at once: a supervisor that is told to end starts no other guardian, and a guardian that is gone no supervisor.
  const supervisor = [...noted, ...found].filter(({ name }) => name === "supervisor" || name === "guardian");
  const running = [...noted, ...findProcesses(hasVariable(markVariable, paths.state))].filter(
    isRunning,
  ).length;
  await stopProcesses(supervisor, supervisorGraceMs);
  // A supervisor that was killed leaves its children; one that was killed at the wrong moment had not even noted them.
  const marked = findProcesses(hasVariable(markVariable, paths.state));
  const left = new Map<string, ProcessId>(
    [...noted, ...marked].map((one) => [`${one.pid}.${one.started}`, one]),
  );
  await stopProcesses([...left.values()], graceMs);
  return running;
}

/** The state directory may be one that somebody made for other things too: only what is ours goes. */
async function removeState(paths: MeshPaths): Promise<void> {
  // What loaders remember of the log is about a kernel that holds nothing of it any more.
  const memory = join(paths.state, "memory");
  const ours = [
    ...[paths.processes, paths.sockets, paths.containers, paths.bpffs],
    ...[paths.nats, paths.config, memory],
  ];
  for (const path of ours) await rm(path, { recursive: true, force: true });
  const left = await readdir(paths.state).catch(() => []);
  const partial = left.filter((name) => name.endsWith(".tmp"));
  await Promise.all(partial.map((name) => rm(join(paths.state, name), { force: true })));
}
