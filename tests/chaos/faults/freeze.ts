import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "@weft/lab";
import type { Fault } from "./fault.ts";
import { findVictim, hostOf } from "./victim.ts";

/** SIGSTOP of one process of a kind, and SIGCONT after 2 to 6 seconds, should it still be there. */
export function freeze(name: string): Fault {
  return {
    kind: `freeze ${name}`,
    async begin(scene) {
      const victim = await findVictim(scene, name);
      const seconds = 2 + scene.pick(5);
      process.kill(victim.pid, "SIGSTOP");
      const thaw = () => {
        if (isRunning(victim)) process.kill(victim.pid, "SIGCONT");
      };
      return {
        target: `${victim.name} (${victim.pid}) for ${seconds} s`,
        host: hostOf(scene.lab, victim),
        over: sleep(seconds * 1000, undefined, { signal: scene.lab.signal }).then(thaw, thaw),
      };
    },
  };
}
