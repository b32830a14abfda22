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
await runService(
  { name: "compiler", environment },
  async ({ log, say, signal, serve }) => {
    const sources = await readSources();
    const toolchain = await openToolchain(sources, signal);
    const onFault = (error: unknown) => say.warn({ err: error }, "objects are not kept on this machine");
    const kept = cache === undefined ? {} : { compile: cachedCompile(join(cache, "compiled"), { onFault }) };
    const server = await serve(
      "Compiler",
      compilerHandlers(log, openBuilder({ log, sources, toolchain, ...kept })),
    );
    return { ...server, compiler: toolchain.compiler };
  },
  ({ compiler }) => ({ compiler }),
);
