// Objects on this machine's disk, so that the next mesh need not compile what an earlier one did.
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Compiled, compile, contentOf } from "./clang.ts";
import { digestInputs } from "./domain/digest.ts";

/** Objects kept; those used longest ago go first. */
const defaultLimit = 1000;

/**
 * A `compile` that asks the directory first. A file is named DIGEST-CONTENT.o: by what went into it, and by the SHA-256 of
 * its bytes, which must be so when it is read. Errors are not kept, and a directory that cannot be used is done without.
 */
export function cachedCompile(
  directory: string,
  options: { readonly compile?: typeof compile; readonly limit?: number } = {},
): typeof compile {
  const { compile: build = compile, limit = defaultLimit } = options;
  return async (inputs, signal) => {
    const begun = performance.now();
    const digest = digestInputs(inputs);
    const bytes = await find(directory, digest).catch(() => undefined);
    if (bytes !== undefined) {
      return { kind: "Object", bytes, durationUs: Math.round((performance.now() - begun) * 1000) };
    }
    const compiled = await build(inputs, signal);
    await keep(directory, digest, compiled, limit).catch(() => undefined);
    return compiled;
  };
}

async function find(directory: string, digest: string): Promise<Uint8Array | undefined> {
  const name = (await readdir(directory)).find((one) => one.startsWith(`${digest}-`) && one.endsWith(".o"));
  if (name === undefined) return undefined;
  const path = join(directory, name);
  const bytes = await readFile(path);
  if (name !== `${digest}-${contentOf(bytes)}.o`) {
    await rm(path, { force: true });
    return undefined;
  }
  const now = new Date();
  await utimes(path, now, now);
  return bytes;
}

async function keep(directory: string, digest: string, compiled: Compiled, limit: number): Promise<void> {
  if (compiled.kind !== "Object") return;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${digest}-${contentOf(compiled.bytes)}.o`);
  await writeFile(`${path}.${process.pid}.tmp`, compiled.bytes, { mode: 0o600 });
  await rename(`${path}.${process.pid}.tmp`, path);
  await prune(directory, limit);
}

async function prune(directory: string, limit: number): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= limit) return;
  const dated = await Promise.all(
    names.map(async (name) => ({ name, usedMs: (await stat(join(directory, name))).mtimeMs })),
  );
  const old = dated.sort((a, b) => a.usedMs - b.usedMs).slice(0, names.length - limit);
  await Promise.all(old.map(({ name }) => rm(join(directory, name), { force: true })));
}
