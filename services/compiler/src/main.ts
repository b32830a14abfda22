// Wiring of the compiler; the only file that reads the environment.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectLog } from "@weft/log";
import { serve } from "@weft/rpc";
import { logger, startTelemetry } from "@weft/telemetry";
import { z } from "zod";
import { openBuilder } from "./builder.ts";
import { openToolchain } from "./clang.ts";
import { compilerHandlers } from "./handlers.ts";
import { readSources } from "./sources.ts";

const environment = z
  .object({
    WEFT_STATE: z.string(),
    WEFT_NATS_URL: z.string(),
    WEFT_NATS_SEED_FILE: z.string().optional(),
    // A second replica on the same machine needs a socket of its own.
    WEFT_SOCKET: z.string().optional(),
  })
  .parse(process.env);

await using telemetry = startTelemetry({ service: "compiler" });
const say = logger("compiler");
const stopped = new Promise<string>((resolve) => {
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, resolve);
});

const seedFile = environment.WEFT_NATS_SEED_FILE;
const sources = await readSources();
const toolchain = await openToolchain(sources);
await using log = await connectLog({
  url: environment.WEFT_NATS_URL,
  name: "weft/compiler",
  ...(seedFile === undefined ? {} : { seed: (await readFile(seedFile, "utf8")).trim() }),
});
telemetry.publishTo((traceId, spans) => log.publishTrace(traceId, spans));

await using server = await serve({
  service: "Compiler",
  socket: environment.WEFT_SOCKET ?? join(environment.WEFT_STATE, "sockets", "compiler.sock"),
  handlers: compilerHandlers(log, openBuilder({ log, sources, toolchain })),
  onFault: (fault, method) => say.error({ err: fault, method }, "fault"),
});
const startupMs = Math.round(performance.now());
say.info({ socket: server.socket, compiler: toolchain.compiler, startupMs }, "ready");

say.info({ reason: await stopped }, "stopping");
// Before the log closes, which the last spans leave by.
await server.close();
await telemetry.flush();
