import { open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosLab } from "../lab.ts";
import type { Fault } from "./fault.ts";
import { findVictim } from "./victim.ts";

/** The file system of the state is full for some seconds, and a service is killed meanwhile. */
export const diskFull: Fault = {
  kind: "disk full",
  async begin(scene) {
    const { lab, pick } = scene;
    const names = ["ipam", "identity", "compiler", "lb", "loader"];
    const victim = await findVictim(scene, names[pick(names.length)] ?? "ipam");
    const seconds = 3 + pick(5);
    const ballast = join(lab.paths.state, "ballast");
    await fill(lab, ballast);
    process.kill(victim.pid, "SIGKILL");
    const free = () => rm(ballast, { force: true });
    return {
      target: `for ${seconds} s, ${victim.name} (${victim.pid}) killed`,
      over: sleep(seconds * 1000, undefined, { signal: lab.signal }).then(free, free),
    };
  },
};

/** Takes the last byte that there is. */
async function fill(lab: ChaosLab, path: string): Promise<void> {
  const file = await open(path, "w");
  const block = Buffer.alloc(2 ** 20);
  try {
    for (;;) {
      const { bavail, bsize } = await statfs(lab.paths.state);
      const bytes = Math.min(block.length, Math.max(bavail * bsize, 1));
      await file.write(block, 0, bytes);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    await file.close();
  }
}
