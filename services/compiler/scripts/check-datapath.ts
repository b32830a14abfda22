// The datapath's C as the compiler service would compile it, without making objects, and each header alone, so that it
// includes what it names: `npm run check`.
import { spawnSync } from "node:child_process";
import { datapathFolder, readSources } from "@weft/datapath/sources";
import { clang, flagsAt, flagsFor } from "../src/domain/flags.ts";
import { systemFolders } from "../src/system.ts";

const flags = flagsAt(flagsFor((await systemFolders()).include), datapathFolder);

function check(source: string, more: readonly string[], input?: string): void {
  const { status } = spawnSync(clang, [...flags, ...more, "-fsyntax-only", source], {
    cwd: datapathFolder,
    stdio: [input === undefined ? "ignore" : "pipe", "inherit", "inherit"],
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) process.exitCode = 1;
}

for (const path of (await readSources()).keys()) {
  if (path.endsWith(".c")) check(path, []);
  else check("-", ["-x", "c", "-Wno-unused-function"], `#include "${path}"\n`);
}
