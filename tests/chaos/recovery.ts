// How long after a fault every kind of change is possible again.
import { setTimeout as sleep } from "node:timers/promises";
import { applyText, runAndRemove } from "./changes/change.ts";
import { msSince } from "./clock.ts";
import type { Journal } from "./journal.ts";
import type { ChaosLab } from "./lab.ts";
import { noise, service } from "./scene.ts";

/** After this long a mesh that takes no change is called broken. */
const patienceMs = 120_000;

/** When each kind of change was possible again, in ms since the fault; undefined: not while we waited. */
interface Recovery {
  readonly policyMs: number | undefined;
  readonly containerMs: number | undefined;
  readonly serviceMs: number | undefined;
  /** What failed attempts said meanwhile. */
  readonly errors: readonly string[];
}

/** The latest of the three; undefined when one of them never came. */
export function againMs({ policyMs, containerMs, serviceMs }: Recovery): number | undefined {
  const all = [policyMs, containerMs, serviceMs].filter((ms) => ms !== undefined);
  return all.length < 3 ? undefined : Math.max(...all);
}

let number = 0;

/** Makes one change of each kind, again until it is in force on all hosts; times count from `sinceNs`. */
export async function measureRecovery(
  lab: ChaosLab,
  journal: Journal,
  host: string,
  sinceNs: number,
): Promise<Recovery> {
  const errors = new Set<string>();
  // An attempt answers when its change was in force; taking it back afterwards is part of it, and not of the time.
  const again = async (attempt: () => Promise<number>): Promise<number | undefined> => {
    while (msSince(sinceNs) < patienceMs) {
      lab.signal.throwIfAborted();
      try {
        return await attempt();
      } catch (error) {
        errors.add(error instanceof Error ? error.message : String(error));
        await sleep(20);
      }
    }
    return undefined;
  };
  const next = () => {
    number += 1;
    return number;
  };
  const apply = async (kind: "NetworkPolicy" | "Service", text: string) => {
    await applyText(lab, journal, kind, "probe", text);
    return msSince(sinceNs);
  };
  const run = async () => {
    let inForceMs = 0;
    await runAndRemove(lab, journal, host, async () => {
      inForceMs = msSince(sinceNs);
    });
    return inForceMs;
  };
  const [policyMs, containerMs, serviceMs] = await Promise.all([
    again(() => apply("NetworkPolicy", noise("probe", next()))),
    again(run),
    again(() => apply("Service", service("probe", next()))),
  ]);
  return { policyMs, containerMs, serviceMs, errors: [...errors] };
}
