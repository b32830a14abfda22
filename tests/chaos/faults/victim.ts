import type { ProcessRecord } from "@weft/cli";
import { isRunning } from "@weft/lab";
import type { ChaosLab } from "../lab.ts";
import type { Scene } from "./fault.ts";

/** The process of this name; of "loader", one of them. Waits for one that is being started again. */
export async function findVictim({ lab, pick }: Scene, name: string): Promise<ProcessRecord> {
  const deadline = Date.now() + 60_000;
  const wanted = name === "loader" ? `loader-${lab.hosts[pick(lab.hosts.length)]}` : name;
  while (Date.now() < deadline) {
    const found = (await lab.processes()).find((one) => one.name === wanted && isRunning(one));
    if (found !== undefined) return found;
    lab.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`there is no process ${wanted} in the mesh`);
}

/** The host of a loader; of anything else the first. */
export function hostOf(lab: ChaosLab, { name }: ProcessRecord): string {
  return name.startsWith("loader-") ? name.slice("loader-".length) : (lab.hosts[0] ?? "h1");
}
