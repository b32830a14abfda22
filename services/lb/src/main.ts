// Wiring of the lb service; the only file that reads the environment.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectLog } from "@weft/log";
import { followConnection, serve } from "@weft/rpc";
import { logger, startTelemetry } from "@weft/telemetry";
import { z } from "zod";
import { lbHandlers } from "./handlers.ts";

const environment = z
  .object({
    WEFT_STATE: z.string(),
    WEFT_NATS_URL: z.string(),
    WEFT_NATS_SEED_FILE: z.string().optional(),
    // A second replica on the same machine needs a socket of its own.
    WEFT_SOCKET: z.string().optional(),
  })
  .parse(process.env);

await using telemetry = startTelemetry({ service: "lb" });
const say = logger("lb");
const stopped = new Promise<string>((resolve) => {
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, resolve);
});

const seedFile = environment.WEFT_NATS_SEED_FILE;
await using log = await connectLog({
  url: environment.WEFT_NATS_URL,
  name: "weft/lb",
  ...(seedFile === undefined ? {} : { seed: (await readFile(seedFile, "utf8")).trim() }),
});
telemetry.publishTo((traceId, spans) => log.publishTrace(traceId, spans));

await using server = await serve({
  service: "LoadBalancer",
  socket: environment.WEFT_SOCKET ?? join(environment.WEFT_STATE, "sockets", "lb.sock"),
  handlers: lbHandlers(log),
  onFault: (fault, method) => say.error({ err: fault, method }, "fault"),
});
void followConnection(server, log.nats);
const startupMs = Math.round(performance.now());
say.info({ socket: server.socket, startupMs }, "ready");

say.info({ reason: await stopped }, "stopping");
// Before the log closes, which the last spans leave by.
await server.close();
await telemetry.flush();
