import { startTelemetry, withSpan } from "@weft/telemetry";
import { openLog } from "./log.ts";
import type { MeshPaths } from "./paths.ts";

/** Runs a command as the root of a trace; its spans are kept with those of the services, so that `weft trace` shows all. */
export async function withTrace<T>(paths: MeshPaths, name: string, run: () => Promise<T>): Promise<T> {
  const telemetry = startTelemetry({ service: "cli" });
  try {
    return await withSpan(name, {}, run);
  } finally {
    await keepSpans(paths, telemetry).catch(() => {});
  }
}

/** A trace is a help, never a reason to fail: when the log cannot take it, it is lost. */
async function keepSpans(paths: MeshPaths, telemetry: ReturnType<typeof startTelemetry>): Promise<void> {
  await using log = await openLog(paths, AbortSignal.timeout(2000));
  telemetry.publishTo((traceId, spans) => log.publishTrace(traceId, spans));
  await telemetry.shutdown();
  await log.nats.flush();
}
