import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Files by path, relative to this room. */
type Sources = ReadonlyMap<string, string>;

/** Where the C is: this room. */
export const datapathFolder = join(import.meta.dirname, "..");

/** Folders of this room that hold no C of the datapath. */
const others: ReadonlySet<string> = new Set(["gen", "node_modules", "src", "test"]);

/**
 * The datapath's C as it is on disk now: entries, stages and layouts, by path. Objects are built from this copy, so that what was
 * digested is what is compiled.
 */
export async function readSources(folder: string = datapathFolder): Promise<Sources> {
  const stages = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !others.has(entry.name))
    .map(({ name }) => name);
  const names = await Promise.all(
    stages.map(async (stage) => (await readdir(join(folder, stage))).map((file) => `${stage}/${file}`)),
  );
  const paths = names
    .flat()
    .filter((path) => /\.[ch]$/.test(path))
    .sort();
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), "utf8")] as const)),
  );
}
