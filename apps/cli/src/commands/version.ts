import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { type Context, jsonOption } from "../context.ts";

/** Adds `weft version`. */
export function addVersion(program: Command, context: Context): void {
  program
    .command("version")
    .summary("print versions as JSON")
    .description("Prints the versions of Weft, of Node.js and of the kernel, as JSON.")
    .addOption(jsonOption())
    .action(async () => {
      const file = join(import.meta.dirname, "..", "..", "package.json");
      const { version } = JSON.parse(await readFile(file, "utf8")) as { version: string };
      const kernel = (await readFile("/proc/sys/kernel/osrelease", "utf8")).trim();
      context.output.print(JSON.stringify({ weft: version, node: process.version.slice(1), kernel }));
    });
}
