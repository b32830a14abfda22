import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Files } from "./domain/digest.ts";

/** Where the datapath is in the source tree. */
export const datapathFolder = fileURLToPath(new URL("../datapath", import.meta.url));

const folders = ["abi", "entry", "lib", "tables"];

/** The datapath's C as it is on disk now. Objects are built from this copy, so that what was digested is what is compiled. */
export async function readSources(folder: string = datapathFolder): Promise<Files> {
  const names = await Promise.all(
    folders.map(async (name) => (await readdir(join(folder, name))).map((file) => `${name}/${file}`)),
  );
  const paths = names
    .flat()
    .filter((path) => /\.[ch]$/.test(path))
    .sort();
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), "utf8")] as const)),
  );
}
