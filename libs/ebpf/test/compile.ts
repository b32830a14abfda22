import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Compiles test/fixtures/NAME.bpf.c with clang. */
export async function compile(name: string): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "ebpf-"));
  try {
    const source = fileURLToPath(new URL(`fixtures/${name}.bpf.c`, import.meta.url));
    const object = join(directory, `${name}.o`);
    const { stdout } = await run("gcc", ["-print-multiarch"]).catch(() => ({ stdout: "x86_64-linux-gnu" }));
    const include = `-I/usr/include/${stdout.trim()}`; // <asm/types.h>, which clang -target bpf does not find
    await run("clang-19", [
      "-O2",
      "-g",
      "-Wall",
      "-Werror",
      "-target",
      "bpf",
      include,
      "-c",
      source,
      "-o",
      object,
    ]);
    return await readFile(object);
  } finally {
    await rm(directory, { recursive: true });
  }
}
