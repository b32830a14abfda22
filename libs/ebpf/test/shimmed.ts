import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs a script against this package in a process whose kernel is short of things (fixtures/shim.c): what it wrote.
 * `directory` of `environment` is one of the process's own. Rejects when the process fails or does not end.
 */
export async function shimmed(
  script: string,
  environment: (directory: string) => Readonly<Record<string, string>>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ebpf-"));
  try {
    const shim = join(directory, "shim.so");
    const source = fileURLToPath(new URL("fixtures/shim.c", import.meta.url));
    await run("gcc", ["-shared", "-fPIC", "-Wall", "-Werror", "-o", shim, source]);
    const index = JSON.stringify(new URL("../src/index.ts", import.meta.url).href);
    const whole = `const ebpf = await import(${index});\n${script}`;
    const env = { ...process.env, LD_PRELOAD: shim, ...environment(directory) };
    const options = { cwd: directory, env, timeout: 20_000 };
    return (await run(process.execPath, ["--input-type=module", "-e", whole], options)).stdout;
  } finally {
    await rm(directory, { recursive: true });
  }
}
