import type { Fault } from "./fault.ts";
import { findVictim, hostOf } from "./victim.ts";

/** kill -9 of one process of a kind. */
export function kill(name: string): Fault {
  return {
    kind: `kill ${name}`,
    async begin(scene) {
      const victim = await findVictim(scene, name);
      process.kill(victim.pid, "SIGKILL");
      return { target: `${victim.name} (${victim.pid})`, host: hostOf(scene.lab, victim) };
    },
  };
}
