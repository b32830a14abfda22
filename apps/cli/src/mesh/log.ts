import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectLog, type Log } from "@weft/log";
import { WeftError } from "@weft/netaddr";
import { readConfig } from "./config.ts";
import type { MeshPaths } from "./paths.ts";
import { readProcesses } from "./processes.ts";

/** The log of the mesh of a state directory, to be read only: the user is "cli". */
export async function openLog(paths: MeshPaths, signal: AbortSignal): Promise<Log> {
  const mesh = await readConfig(paths);
  const running = await readProcesses(paths);
  if (running === undefined) {
    throw new WeftError("UNAVAILABLE", `the mesh at ${paths.state} has not started`, {
      expected: "weft status",
    });
  }
  const seed = (await readFile(join(mesh.data, "seeds", "cli.seed"), "utf8")).trim();
  return connectLog({ url: running.natsUrl, seed, name: "weft/cli", timeoutMs: 5000, signal });
}
