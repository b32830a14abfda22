// Wiring of the compiler; the only file that reads the environment.
import { join } from "node:path";
import { readSources } from "@weft/datapath/sources";
import { readOwnEnvironment, runService } from "@weft/rpc/service";
import { openBuilder } from "./builder.ts";
import { cachedCompile } from "./cache.ts";
import { openToolchain, type Toolchain } from "./clang.ts";
import { readEnvironment } from "./environment.ts";
import { compilerHandlers } from "./handlers.ts";

const environment = readOwnEnvironment("compiler", readEnvironment);
const cache = environment.WEFT_CACHE;
/** Whoever waits for this service after a kill wants a policy, and clang needs the processor as much as the answer does. */
const toolchainMs = 1_000;

await runService({ name: "compiler", environment }, async ({ log, say, signal, serve }) => {
  const sources = await readSources();
  let opened: Promise<Toolchain> | undefined;
  const toolchain = () => {
    opened ??= openToolchain(sources, signal);
    return opened;
  };
  const onFault = (error: unknown) => say.warn({ err: error }, "objects are not kept on this machine");
  const kept = cache === undefined ? {} : { compile: cachedCompile(join(cache, "compiled"), { onFault }) };
  const builder = openBuilder({ log, sources, toolchain, ...kept });
  const server = await serve("Compiler", compilerHandlers(log, builder));
  // A compiler without clang is none: it ends, and says why.
  const timer = setTimeout(() => {
    toolchain().then(
      ({ compiler }) => say.info({ compiler }, "toolchain"),
      (error: unknown) => {
        if (signal.aborted) return;
        console.error(error);
        process.exit(1);
      },
    );
  }, toolchainMs);
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return server;
});
