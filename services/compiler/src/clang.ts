import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Diagnostic, WeftError } from "@weft/netaddr";
import { parseClangErrors } from "./domain/clang-text.ts";
import { type BuildInputs, digestFiles, type Files, sha256 } from "./domain/digest.ts";
import { clang, flagsFor, generatedFolder } from "./domain/flags.ts";
import type { Limits } from "./fence.ts";
import { readLeft, runSandboxed } from "./sandbox.ts";

const mebibyte = 1024 * 1024;
const limits: Limits = {
  cpuSeconds: 20,
  memoryBytes: 2048 * mebibyte,
  fileBytes: 16 * mebibyte,
  timeoutMs: 30_000,
};
const output = "object.o";

/** The compiler of this machine: what it says of itself, the headers it would take, the flags it is given. */
export type Toolchain = Pick<BuildInputs, "compiler" | "headers" | "flags">;

/** What clang made of the inputs. A failure that is not the inputs' fault (limits, a crash) is thrown instead. */
export type Compiled =
  | { readonly kind: "Object"; readonly bytes: Uint8Array; readonly durationUs: number }
  | { readonly kind: "Errors"; readonly diagnostics: readonly Diagnostic[] };

/** Asks clang for its version and reads the system headers that the sources take: another libc, another object. */
export async function openToolchain(sources: Files, signal?: AbortSignal): Promise<Toolchain> {
  const flags = flagsFor(process.arch);
  return await inFolder(async (folder) => {
    await writeFiles(folder, sources);
    const run = (...args: string[]) =>
      runSandboxed([clang, ...args], { cwd: folder, limits, ...(signal === undefined ? {} : { signal }) });
    const version = await run("--version");
    if (version.status !== 0) {
      const message = `${clang} does not run: ${version.stderr.trim()}`;
      throw new WeftError("FAILED_PRECONDITION", message, { expected: `${clang} on the PATH` });
    }
    const entries = [...sources.keys()].filter((path) => path.startsWith("entry/"));
    const depends = await run(...flags, "-M", ...entries);
    if (depends.status !== 0) throw new WeftError("FAILED_PRECONDITION", depends.stderr.trim());
    const headers = new Map<string, string>();
    for (const path of new Set(depends.stdout.match(/(?<=\s)\/\S+\.h\b/g))) {
      headers.set(path, await readFile(path, "utf8"));
    }
    const compiler = version.stdout.split("\n")[0] ?? clang;
    return { flags, compiler, headers: digestFiles(headers) };
  });
}

/** Compiles one object in a sandbox. Equal inputs give equal bytes, wherever and whenever. */
export async function compile(inputs: BuildInputs, signal?: AbortSignal): Promise<Compiled> {
  return await inFolder(async (folder) => {
    await writeFiles(folder, inputs.sources);
    await writeFiles(join(folder, generatedFolder), inputs.generated);
    const command = [
      clang,
      ...inputs.flags,
      `-ffile-prefix-map=${folder}=.`,
      ...["-c", `entry/${inputs.entry}.bpf.c`, "-o", output],
    ];
    const begun = performance.now();
    const ended = await runSandboxed(command, {
      cwd: folder,
      limits,
      ...(signal === undefined ? {} : { signal }),
    });
    const durationUs = Math.round((performance.now() - begun) * 1000);
    if (ended.status === 0) {
      return { kind: "Object", bytes: await readLeft(join(folder, output)), durationUs };
    }
    const diagnostics = parseClangErrors(ended.stderr);
    if (ended.status === 1 && diagnostics.length > 0) return { kind: "Errors", diagnostics };
    const how = ended.signal ?? `status ${ended.status}`;
    throw new WeftError("INTERNAL", `${clang} ended with ${how}: ${ended.stderr.slice(0, 2000).trim()}`);
  });
}

/** SHA-256 (hex) of an object's bytes. */
export function contentOf(bytes: Uint8Array): string {
  return sha256(bytes);
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "weft-clang-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  const folders = new Set([folder, ...[...files.keys()].map((path) => join(folder, dirname(path)))]);
  await Promise.all([...folders].map((each) => mkdir(each, { recursive: true })));
  await Promise.all([...files].map(([path, text]) => writeFile(join(folder, path), text)));
}
