// The datapath's C as the compiler service would compile it, without making objects: `npm run check`.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { clang, flagsAt, flagsFor } from "../src/domain/flags.ts";
import { datapathFolder } from "../src/sources.ts";
import { systemFolders } from "../src/system.ts";

const flags = flagsAt(flagsFor((await systemFolders()).include), datapathFolder);
for (const entry of globSync("entry/*.bpf.c", { cwd: datapathFolder })) {
  const { status } = spawnSync(clang, [...flags, "-fsyntax-only", entry], {
    cwd: datapathFolder,
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
