// Takes numbers back that no container has had for the grace time, for as long as the service runs.
import { setTimeout as delay } from "node:timers/promises";
import { newCause } from "@weft/rpc";
import { type Identities, keepUsed } from "./handlers.ts";
import type { Usage } from "./usage.ts";

/** Numbers in one event. */
const mostAtOnce = 4096;

/** Looks four times in a grace time, and at least once a minute, until the signal aborts. */
export async function reclaim(
  identities: Identities,
  usage: Usage,
  onFault: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const everyMs = Math.min(usage.graceMs / 4, 60_000);
  while (!signal.aborted) {
    try {
      await usage.look(signal);
      const by = { actor: "identity", cause: newCause("Identity/Reclaim"), signal };
      await keepUsed(identities, usage, by);
      const due = usage.due().slice(0, mostAtOnce);
      const isWanted = usage.isPromised.bind(usage);
      if (due.length > 0) await identities.execute({ kind: "Reclaim", identities: due, isWanted }, by);
    } catch (error) {
      if (!signal.aborted) onFault(error);
    }
    await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
