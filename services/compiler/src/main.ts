// Wiring of the compiler; the only file that reads the environment.
import { runService, serviceEnvironment } from "@weft/rpc/service";
import { openBuilder } from "./builder.ts";
import { openToolchain } from "./clang.ts";
import { compilerHandlers } from "./handlers.ts";
import { readSources } from "./sources.ts";

const environment = serviceEnvironment.parse(process.env);
await runService(
  { name: "compiler", environment },
  async ({ log, signal, serve }) => {
    const sources = await readSources();
    const toolchain = await openToolchain(sources, signal);
    const server = await serve("Compiler", compilerHandlers(log, openBuilder({ log, sources, toolchain })));
    return { ...server, compiler: toolchain.compiler };
  },
  ({ compiler }) => ({ compiler }),
);
