import { readdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { openLog } from "@weft/cli";
import { isRunning } from "@weft/lab";
import { applyText } from "../changes/change.ts";
import { nowNs } from "../clock.ts";
import type { ChaosLab } from "../lab.ts";
import { noise } from "../scene.ts";
import type { Fault, Scene } from "./fault.ts";
import { findVictim } from "./victim.ts";

/** About what two events take on disk. */
const bytesCut = 1500;
let number = 0;

/**
 * The last block of the log loses its end while the server is down, as a power cut may do it: events that were
 * acknowledged are gone. Hosts must notice and say so. Nothing else changes meanwhile, so that what is lost is known.
 */
export const tailCut: Fault = {
  kind: "tail cut",
  async begin(scene) {
    const { lab, journal } = scene;
    return await scene.quietly(async () => {
      for (let turn = 0; turn < 4; turn += 1) {
        number += 1;
        await applyText(lab, journal, "NetworkPolicy", "cut", noise("cut", number));
      }
      const before = await headOf(lab);
      const said = await sizesOfLogs(lab);
      const atNs = nowNs();
      await cut(scene);
      const after = await headOf(lab);
      journal.cutAfter(after);
      return {
        atNs,
        target: `the log ends at ${after} and not at ${before}`,
        check: async () => (after < before ? silentHosts(lab, said) : ["nothing was cut off"]),
      };
    });
  },
};

/** Nobody may start the server again before its file is cut. */
async function cut(scene: Scene): Promise<void> {
  const server = await findVictim(scene, "nats-server");
  const keepers = (await scene.lab.processes()).filter(
    (one) => ["supervisor", "guardian"].includes(one.name) && isRunning(one),
  );
  for (const { pid } of keepers) process.kill(pid, "SIGSTOP");
  try {
    process.kill(server.pid, "SIGKILL");
    while (isRunning(server)) await new Promise((resolve) => setTimeout(resolve, 5));
    const block = await lastBlock(scene.lab);
    await truncate(block, (await stat(block)).size - bytesCut);
  } finally {
    for (const keeper of keepers) if (isRunning(keeper)) process.kill(keeper.pid, "SIGCONT");
  }
}

async function lastBlock({ paths }: ChaosLab): Promise<string> {
  const directory = join(paths.nats, "store", "jetstream", "WEFT", "streams", "WEFT", "msgs");
  const numbers = (await readdir(directory)).flatMap((name) => /^(\d+)\.blk$/.exec(name)?.[1] ?? []);
  return join(directory, `${Math.max(...numbers.map(Number))}.blk`);
}

/** Waits for the server, however long it takes. */
async function headOf(lab: ChaosLab): Promise<number> {
  for (;;) {
    try {
      await using log = await openLog(lab.paths, lab);
      return await log.head();
    } catch (error) {
      lab.signal.throwIfAborted();
      if (!(error instanceof Error)) throw error;
    }
  }
}

const logOf = (lab: ChaosLab, host: string) => join(lab.paths.logs, `loader-${host}.log`);

async function sizesOfLogs(lab: ChaosLab): Promise<ReadonlyMap<string, number>> {
  const sizes = lab.hosts.map(async (host) => [host, (await stat(logOf(lab, host))).size] as const);
  return new Map(await Promise.all(sizes));
}

/** Hosts whose loaders have not said since then that the log has lost events. */
async function silentHosts(lab: ChaosLab, since: ReadonlyMap<string, number>): Promise<string[]> {
  const told = lab.hosts.map(async (host) => {
    const text = (await readFile(logOf(lab, host))).subarray(since.get(host)).toString();
    return /the log lost|another log/.test(text) ? [] : [`${host} did not say that the log lost events`];
  });
  return (await Promise.all(told)).flat();
}
