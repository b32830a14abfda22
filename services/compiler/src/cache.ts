// Objects on this machine's disk, so that the next mesh need not compile what an earlier one did.
import { randomUUID } from "node:crypto";
import { rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { namesOwn, openOwnFolder, readOwn } from "@weft/rpc/own-files";
import { compile, contentOf } from "./clang.ts";
import { digestInputs } from "./domain/digest.ts";

/** Objects kept; those used longest ago go first. */
const defaultLimit = 1000;

/** Where objects are kept, and how many. */
export interface CacheOptions {
  readonly compile?: typeof compile;
  readonly limit?: number;
  /** Told why the directory is done without: once, until it can be used again. */
  readonly onFault?: (error: unknown) => void;
}

/**
 * A `compile` that asks the directory first. A file is named DIGEST-CONTENT.o: by what went into it, and by the SHA-256 of
 * its bytes, which must be so when it is read. Neither the directory nor a file that others can write to is used. Errors
 * are not kept, and a directory that cannot be used is done without.
 */
export function cachedCompile(directory: string, options: CacheOptions = {}): typeof compile {
  const { compile: build = compile, limit = defaultLimit } = options;
  const tolerate = tolerating(options.onFault);
  return async (inputs, signal) => {
    const begun = performance.now();
    const digest = digestInputs(inputs);
    const bytes = await tolerate(() => find(directory, digest));
    if (bytes !== undefined) {
      return { kind: "Object", bytes, durationUs: Math.round((performance.now() - begun) * 1000) };
    }
    const compiled = await build(inputs, signal);
    if (compiled.kind === "Object") await tolerate(() => keep(directory, digest, compiled.bytes, limit));
    return compiled;
  };
}

/** Does without what fails, and tells of it once until all goes well again. */
function tolerating(onFault: (error: unknown) => void = () => undefined) {
  let told = false;
  return async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      const result = await work();
      told = false;
      return result;
    } catch (error) {
      if (!told) onFault(error);
      told = true;
      return undefined;
    }
  };
}

async function find(directory: string, digest: string): Promise<Uint8Array | undefined> {
  await openOwnFolder(directory);
  const names = (await namesOwn(directory)).filter(
    (one) => one.startsWith(`${digest}-`) && one.endsWith(".o"),
  );
  for (const name of names) {
    const path = join(directory, name);
    const bytes = await readOwn(directory, name).catch(() => undefined);
    if (bytes !== undefined && name === `${digest}-${contentOf(bytes)}.o`) {
      const now = new Date();
      // On a disk that is read-only now it is as good as before.
      await utimes(path, now, now).catch(() => undefined);
      return bytes;
    }
    await rm(path, { force: true });
  }
  return undefined;
}

async function keep(directory: string, digest: string, bytes: Uint8Array, limit: number): Promise<void> {
  await openOwnFolder(directory);
  const path = join(directory, `${digest}-${contentOf(bytes)}.o`);
  const fresh = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(fresh, bytes, { mode: 0o600, flag: "wx" });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
  await prune(directory, limit);
}

async function prune(directory: string, limit: number): Promise<void> {
  const names = await namesOwn(directory);
  if (names.length <= limit) return;
  const dated = await Promise.all(
    names.map(async (name) => ({ name, usedMs: (await stat(join(directory, name))).mtimeMs })),
  );
  const old = dated.sort((a, b) => a.usedMs - b.usedMs).slice(0, names.length - limit);
  await Promise.all(old.map(({ name }) => rm(join(directory, name), { force: true })));
}
