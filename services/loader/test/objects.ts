// The real datapath, compiled for a test as the compiler service does it, and served from memory.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readSources } from "@weft/datapath/sources";
import { ObjectSpec } from "@weft/ebpf";
import type { Objects } from "../src/objects.ts";

const run = promisify(execFile);
const datapath = fileURLToPath(new URL("../../../datapath", import.meta.url));
const triples: Readonly<Record<string, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };
const flags = [
  "-target",
  "bpf",
  "-mcpu=v3",
  "-O2",
  "-g",
  "-fno-jump-tables",
  "-fno-strict-aliasing",
  "-Itables",
];

/** Where a run of all tests keeps what it has compiled: many files want the same objects. */
const kept = process.env.WEFT_TEST_OBJECTS;

/** The bytes of entry/NAME.bpf.c; `extra` are further flags, `source` another folder than the datapath's own. */
export async function compileDatapath(
  name: string,
  extra: readonly string[] = [],
  source = datapath,
): Promise<Uint8Array> {
  if (kept === undefined || source !== datapath) return compileAnew(name, extra, source);
  const inputs = JSON.stringify([name, extra, ...(await readSources())]);
  const file = join(kept, `loader-${digestOf(Buffer.from(inputs))}`);
  const known = await readFile(file).catch(() => undefined);
  if (known !== undefined) return known;
  const made = await compileAnew(name, extra, source);
  await mkdir(kept, { recursive: true, mode: 0o700 });
  // Whole or not at all: another test may read it now.
  await writeFile(`${file}.${process.pid}`, made);
  await rename(`${file}.${process.pid}`, file);
  return made;
}

async function compileAnew(name: string, extra: readonly string[], source: string): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "weft-loader-"));
  try {
    const object = join(directory, `${name}.o`);
    await compileSource(`entry/${name}.bpf.c`, object, extra, source);
    return await readFile(object);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Compiles a file, whose paths are those of the datapath. */
async function compileSource(
  file: string,
  object: string,
  extra: readonly string[],
  cwd: string,
): Promise<void> {
  const include = `-I/usr/include/${triples[process.arch] ?? process.arch}`;
  const command = [...flags, "-I.", include, ...extra, "-c", file, "-o", object];
  await run("clang-19", command, { cwd });
}

/** SHA-256 of bytes, hex: a digest of an object that was built from nothing else. */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Objects from memory, in place of a compiler and an object store. */
export interface MemoryObjects extends Objects {
  add(bytes: Uint8Array): string;
}

/** None yet; `build` refuses everything, so that tier 0 stays. */
export function memoryObjects(): MemoryObjects {
  const specs = new Map<string, ObjectSpec>();
  return {
    add(bytes) {
      const digest = digestOf(bytes);
      specs.set(digest, ObjectSpec.open(bytes, { name: digest.slice(0, 12) }));
      return digest;
    },
    spec: async (digest) => specs.get(digest),
    known: (digest) => specs.get(digest),
    recall: async () => undefined,
    build: async () => {
      throw new Error("nothing is built here");
    },
    held: async () => [...specs.keys()],
  };
}

/** Compiles what all hosts load; answers the digests. */
export async function compileShared(
  objects: MemoryObjects,
  source?: string,
): Promise<{ container: string; uplink: string }> {
  return {
    container: objects.add(await compileDatapath("container", [], source)),
    uplink: objects.add(await compileDatapath("uplink", [], source)),
  };
}

/** A line of the datapath's source, by its file and a part of it, and what stands there instead. */
export type Edit = readonly [file: string, part: string, instead: string];

/** The same of a datapath in which some lines are others. */
export async function compileEdited(
  objects: MemoryObjects,
  edits: readonly Edit[],
): Promise<{ container: string; uplink: string }> {
  const folder = await mkdtemp(join(tmpdir(), "weft-datapath-"));
  try {
    const code = (path: string) => !path.includes("node_modules") && !path.endsWith(".ts");
    await cp(datapath, folder, { recursive: true, filter: code });
    for (const [file, part, instead] of edits) {
      const text = await readFile(join(folder, file), "utf8");
      if (!text.includes(part)) throw new Error(`${file} has no ${part}`);
      await writeFile(join(folder, file), text.replace(part, instead));
    }
    return await compileShared(objects, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
