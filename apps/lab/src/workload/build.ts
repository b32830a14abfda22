import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { WeftError } from "@weft/netaddr";

const sources = join(import.meta.dirname, "..", "..", "workload");
const output = join(import.meta.dirname, "..", "..", "build");
const flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-static"];

/** Path of the workload program, compiled when its sources changed since the last time. */
export async function buildWorkload(signal?: AbortSignal): Promise<string> {
  const names = (await readdir(sources)).filter((name) => /\.[ch]$/.test(name)).sort();
  const hash = createHash("sha256").update(flags.join(" "));
  for (const name of names) hash.update(await readFile(join(sources, name)));
  const path = join(output, `workload-${hash.digest("hex").slice(0, 16)}`);
  if (await exists(path)) return path;

  await mkdir(output, { recursive: true });
  const partial = `${path}.${process.pid}`;
  const files = names.filter((name) => name.endsWith(".c")).map((name) => join(sources, name));
  try {
    await promisify(execFile)("cc", [...flags, "-o", partial, ...files], { ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new WeftError("INTERNAL", `the lab's workload does not compile: ${cause}`, { cause });
  }
  await rename(partial, path);
  return path;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
