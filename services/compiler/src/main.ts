// Wiring of the compiler; the only file that reads the environment.
import { join } from "node:path";
import { runService, serviceEnvironment } from "@weft/rpc/service";
import { z } from "zod";
import { openBuilder } from "./builder.ts";
import { cachedCompile } from "./cache.ts";
import { openToolchain } from "./clang.ts";
import { compilerHandlers } from "./handlers.ts";
import { readSources } from "./sources.ts";

const environment = serviceEnvironment.extend({ WEFT_CACHE: z.string().optional() }).parse(process.env);
const cache = environment.WEFT_CACHE;
await runService({ name: "compiler", environment }, async ({ log, say, signal, serve }) => {
  const sources = await readSources();
  const toolchain = openToolchain(sources, signal);
  const onFault = (error: unknown) => say.warn({ err: error }, "objects are not kept on this machine");
  const kept = cache === undefined ? {} : { compile: cachedCompile(join(cache, "compiled"), { onFault }) };
  const builder = openBuilder({ log, sources, toolchain, ...kept });
  const server = await serve("Compiler", compilerHandlers(log, builder));
  // Policies are taken meanwhile. A compiler without clang is none: it ends, and says why.
  toolchain.then(
    ({ compiler }) => say.info({ compiler }, "toolchain"),
    (error: unknown) => {
      if (signal.aborted) return;
      console.error(error);
      process.exit(1);
    },
  );
  return server;
});
