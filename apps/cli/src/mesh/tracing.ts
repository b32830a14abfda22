import { once } from "node:events";
import { startTelemetry, withSpan } from "@weft/telemetry";
import type { Context } from "../context.ts";
import { unlimitedWaits } from "../waits.ts";
import { openLog } from "./log.ts";
import type { MeshPaths } from "./paths.ts";

/** Runs a command as the root of a trace; its spans are kept with those of the services, so that `weft trace` shows all. */
export async function withTrace<T>(
  paths: MeshPaths,
  name: string,
  { output }: Pick<Context, "output">,
  run: () => Promise<T>,
): Promise<T> {
  const onLost = (reason: string) => output.say(`weft: the trace of this command is not exported: ${reason}`);
  const telemetry = startTelemetry({ service: "cli", onLost });
  try {
    return await withSpan(name, {}, run);
  } finally {
    await keepSpans(paths, telemetry).catch(() => {});
  }
}

const keepMs = 1_000;

/** A trace is a help, never a reason to fail or to wait: what neither log nor collector take at once is lost. */
async function keepSpans(paths: MeshPaths, telemetry: ReturnType<typeof startTelemetry>): Promise<void> {
  const collected = telemetry.flush();
  try {
    const signal = AbortSignal.timeout(keepMs);
    await using log = await openLog(paths, { signal, waits: unlimitedWaits({ say: () => {} }) });
    await telemetry.publishTo((traceId, spans) => log.publishTrace(traceId, spans));
    await Promise.race([log.nats.flush(), once(signal, "abort")]);
  } finally {
    await collected;
  }
}
