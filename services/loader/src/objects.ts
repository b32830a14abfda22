// Objects by digest: opened ones in memory, bytes in a directory, else the mesh's object store; and which digest a request
// has, from the compiler or, when it cannot be asked, from what it said before.
import { createHash, randomUUID } from "node:crypto";
import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ObjectSpec } from "@weft/ebpf";
import { isWeftError, WeftError } from "@weft/netaddr";
import { weft } from "@weft/proto";
import type { CallOptions } from "@weft/rpc";
import { namesOwn, openOwnFolder, readOwn } from "@weft/rpc/own-files";

/** Why something is built (the id of an event; by default the request itself), and until when it is waited for. */
export type BuildOptions = Pick<CallOptions, "cause" | "signal">;

/** Objects of this host. */
export interface Objects {
  /** The object, from wherever it is to be had; undefined when nobody has it. */
  spec(digest: string): Promise<ObjectSpec | undefined>;
  /** The object, if it has been opened before. */
  known(digest: string): ObjectSpec | undefined;
  /**
   * Digest of the object for a request, with the object on this host. The answer is remembered under `basis`, the object
   * that it goes with. FAILED_PRECONDITION: it was refused.
   */
  build(request: weft.v1.IBuildRequest, basis: string, options?: BuildOptions): Promise<string>;
  /** What the request came to before on the same basis, if its object is still here; asks nobody. */
  recall(request: weft.v1.IBuildRequest, basis: string): Promise<string | undefined>;
  /** Digests of all objects in the directory. */
  held(): Promise<string[]>;
}

/** Where objects come from. */
interface ObjectSources {
  /** Directory for bytes and answers; made when missing. */
  readonly cache: string;
  /** The mesh's object store. */
  readonly fetch: (digest: string) => Promise<Uint8Array | undefined>;
  /** compiler.Build. */
  readonly compile: (
    request: weft.v1.IBuildRequest,
    options: BuildOptions,
  ) => Promise<weft.v1.IBuildResponse>;
  /** Objects and answers kept; 1000 by default, which is more than one host's containers can use. */
  readonly limit?: number;
  /** Told when the directory cannot be used, which is then done without: once, until it can be again. */
  readonly onFault?: (error: unknown) => void;
}

/** Objects and answers kept in their directories; the oldest go first. */
const defaultLimit = 1000;
/** Files written after which a directory is pruned again. */
const pruneEvery = 100;

/** Opens the objects of this host. */
export async function openObjects(sources: ObjectSources): Promise<Objects> {
  const { cache, limit = defaultLimit } = sources;
  const answers = join(cache, "requests");
  const tolerate = tolerating(sources.onFault);
  const keepObject = tolerate(await openFolder(cache, limit, tolerate));
  const keepAnswer = tolerate(await openFolder(answers, limit, tolerate));
  const specs = recent<ObjectSpec>(limit);
  const pending = new Map<string, Promise<ObjectSpec | undefined>>();

  async function find(digest: string): Promise<ObjectSpec | undefined> {
    const held = await readHeld(cache, digest);
    const opened = held === undefined ? undefined : tryOpen(held, digest);
    if (opened !== undefined) return opened;
    const bytes = await sources.fetch(digest);
    if (bytes === undefined) return undefined;
    const spec = ObjectSpec.open(bytes, { name: digest.slice(0, 12) });
    await keepObject(fileOf(digest, sha256(bytes)), bytes);
    return spec;
  }

  async function spec(digest: string): Promise<ObjectSpec | undefined> {
    const known = specs.get(digest);
    if (known !== undefined) return known;
    const search = pending.get(digest) ?? find(digest).finally(() => pending.delete(digest));
    pending.set(digest, search);
    const found = await search;
    if (found !== undefined) specs.set(digest, found);
    return found;
  }

  async function recall(request: weft.v1.IBuildRequest, basis: string): Promise<string | undefined> {
    const digest = await readAnswer(answers, keyOf(request, basis));
    if (digest === undefined || !/^[0-9a-f]{64}$/.test(digest)) return undefined;
    return (await spec(digest).catch(() => undefined)) === undefined ? undefined : digest;
  }

  return {
    spec,
    known: (digest) => specs.get(digest),
    recall,
    async build(request, basis, options = {}) {
      const { digest = "", diagnostics = [] } = await sources.compile(request, options);
      if (!digest || (diagnostics?.length ?? 0) > 0) throw refusal(diagnostics ?? []);
      if ((await spec(digest)) === undefined) {
        throw new WeftError("NOT_FOUND", `object ${digest} was built and is not in the object store`);
      }
      await keepAnswer(keyOf(request, basis), digest);
      return digest;
    },
    held: async () => {
      const names = await namesOwn(cache).catch(() => []);
      return names.flatMap((name) => fileName.exec(name)?.[1] ?? []);
    },
  };
}

/** Name of an object's file: what it was built from, and the SHA-256 of its bytes, by which a damaged one is told. */
function fileOf(digest: string, content: string): string {
  return `${digest}-${content}.o`;
}

const fileName = /^([0-9a-f]{64})-[0-9a-f]{64}\.o$/;

/** An object from the directory, if its bytes are those that were put there and nobody else could put any. */
async function readHeld(cache: string, digest: string): Promise<Uint8Array | undefined> {
  const names = await namesOwn(cache).catch(() => []);
  for (const name of names.filter((one) => fileName.exec(one)?.[1] === digest)) {
    const bytes = await readOwn(cache, name).catch(() => undefined);
    if (bytes !== undefined && name === fileOf(digest, sha256(bytes))) return bytes;
  }
  return undefined;
}

async function readAnswer(answers: string, key: string): Promise<string | undefined> {
  try {
    await openOwnFolder(answers);
    return Buffer.from(await readOwn(answers, key))
      .toString("utf8")
      .trim();
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function keyOf(request: weft.v1.IBuildRequest, basis: string): string {
  return createHash("sha256")
    .update(`${basis}\n`)
    .update(weft.v1.BuildRequest.encode(request).finish())
    .digest("hex");
}

function refusal(found: readonly weft.v1.IDiagnostic[]): WeftError {
  const diagnostics = found.map(({ message, file, line, column }) => ({
    message: message ?? "",
    ...(file ? { file } : {}),
    ...(line ? { line } : {}),
    ...(column ? { column } : {}),
  }));
  const [first] = diagnostics;
  const words = first === undefined ? "no digest in the answer" : first.message;
  return new WeftError("FAILED_PRECONDITION", `the compiler refused: ${words}`, { diagnostics });
}

/** Whether a failed build is an answer (asking again would give the same) and not a fault. */
export function isRefusal(error: unknown): boolean {
  // Exhausted with a field: the policy is too large. Without: the compiler has too much to do just now.
  if (isWeftError(error, "RESOURCE_EXHAUSTED")) return error.field !== undefined;
  return isWeftError(error, "FAILED_PRECONDITION") || isWeftError(error, "INVALID_ARGUMENT");
}

function tryOpen(bytes: Uint8Array, digest: string): ObjectSpec | undefined {
  try {
    return ObjectSpec.open(bytes, { name: digest.slice(0, 12) });
  } catch {
    return undefined; // A file that was damaged is fetched again.
  }
}

/** A map of what was used last: beyond `limit`, what was not asked for the longest is forgotten. */
function recent<T>(limit: number): { get(key: string): T | undefined; set(key: string, value: T): void } {
  const held = new Map<string, T>();
  const set = (key: string, value: T): void => {
    held.delete(key);
    held.set(key, value);
    const [oldest] = held.keys();
    if (held.size > limit && oldest !== undefined) held.delete(oldest);
  };
  return {
    set,
    get(key) {
      const value = held.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
  };
}

/** Makes calls that fail only tell, once, until one goes well: a cache is done without where it cannot be written. */
function tolerating(onFault: (error: unknown) => void = () => {}) {
  let told = false;
  return <Words extends readonly unknown[]>(call: (...words: Words) => Promise<void>) =>
    async (...words: Words): Promise<void> => {
      try {
        await call(...words);
        told = false;
      } catch (error) {
        if (!told) onFault(error);
        told = true;
      }
    };
}

/** A directory in which about `limit` files are kept; answers how to put one there, whole or not at all. */
async function openFolder(
  folder: string,
  limit: number,
  tolerate: ReturnType<typeof tolerating>,
): Promise<(name: string, content: Uint8Array | string) => Promise<void>> {
  const open = async () => {
    await openOwnFolder(folder);
    await prune(folder, limit);
  };
  await tolerate(open)();
  let written = 0;
  return async (name, content) => {
    await openOwnFolder(folder);
    const path = join(folder, name);
    const fresh = `${path}.${randomUUID()}.tmp`;
    try {
      await writeFile(fresh, content, { mode: 0o600 });
      await rename(fresh, path);
    } catch (error) {
      await rm(fresh, { force: true }).catch(() => {});
      throw error;
    }
    written += 1;
    if (written % Math.min(pruneEvery, limit) === 0) await prune(folder, limit);
  };
}

async function prune(folder: string, limit: number): Promise<void> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  if (names.length <= limit) return;
  const dated = await Promise.all(
    names.map(async ({ name }) => ({
      name,
      time: (await stat(join(folder, name)).catch(ifMissing))?.mtimeMs ?? 0,
    })),
  );
  const old = dated.sort((a, b) => a.time - b.time).slice(0, names.length - limit);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
