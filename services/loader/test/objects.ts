// The real datapath, compiled for a test as the compiler service does it, and served from memory.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
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

/** The bytes of entry/NAME.bpf.c; `extra` are further flags. */
export async function compileDatapath(name: string, extra: readonly string[] = []): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "weft-loader-"));
  try {
    const object = join(directory, `${name}.o`);
    await compileSource(`entry/${name}.bpf.c`, object, extra);
    return await readFile(object);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Compiles a file, whose paths are those of the datapath. */
async function compileSource(file: string, object: string, extra: readonly string[] = []): Promise<void> {
  const include = `-I/usr/include/${triples[process.arch] ?? process.arch}`;
  const command = [...flags, "-I.", include, ...extra, "-c", file, "-o", object];
  await run("clang-19", command, { cwd: datapath });
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
): Promise<{ readonly container: string; readonly uplink: string }> {
  return {
    container: objects.add(await compileDatapath("container")),
    uplink: objects.add(await compileDatapath("uplink")),
  };
}
