import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Diagnostic, isWeftError, WeftError } from "@weft/netaddr";
import { judge, tooLarge } from "./domain/clang-status.ts";
import { type BuildInputs, type Files, sha256 } from "./domain/digest.ts";
import { clang, flagsAt, flagsFor, generatedFolder } from "./domain/flags.ts";
import { fenceFailed, type Limits } from "./fence.ts";
import { bindPrograms } from "./program.ts";
import { type Ended, type Root, runSandboxed } from "./sandbox.ts";
import { systemFolders } from "./system.ts";

const mebibyte = 1024 * 1024;

/** Our own sources, of which only the generated policy is another each time. */
const ownLimits: Limits = {
  cpuSeconds: 20,
  memoryBytes: 2048 * mebibyte,
  outputBytes: 16 * mebibyte,
  timeoutMs: 60_000,
};

/** What is made of what people wrote. Policies of 1024 branches take about 1 s and 400 MiB (ADR 0016). */
const policyLimits: Limits = {
  cpuSeconds: 5,
  memoryBytes: 768 * mebibyte,
  outputBytes: 4 * mebibyte,
  timeoutMs: 30_000,
};

/** The compiler of this machine: what it says of itself, the headers it is given, its flags, and what it needs to run. */
export type Toolchain = Pick<BuildInputs, "compiler" | "headers" | "flags" | "program">;

/** What clang made of the inputs. */
export type Compiled =
  | { readonly kind: "Object"; readonly bytes: Uint8Array; readonly durationUs: number }
  | { readonly kind: "Errors"; readonly diagnostics: readonly Diagnostic[] }
  /** clang did not come to an end with these inputs: its limits, or a crash. What else fails is thrown. */
  | { readonly kind: "Fault"; readonly error: WeftError };

/** Asks clang for its version and reads the system headers that the sources take: another libc, another object. */
export async function openToolchain(sources: Files, signal?: AbortSignal): Promise<Toolchain> {
  const program = await bindPrograms(clang);
  const folders = await systemFolders();
  const flags = flagsFor(folders.include);
  const at = `/${randomUUID()}`;
  const bound = [...program, ...folders.headers.map((from) => ({ from, at: from, folder: true }))];
  const run = (...args: string[]) =>
    runSandboxed(
      [`/bin/${clang}`, ...args],
      { files: below(at, sources), bound, folder: at },
      { limits: ownLimits, ...(signal === undefined ? {} : { signal }) },
    );
  const version = await run("--version");
  if (version.status !== 0) {
    const message = `${clang} does not run: ${version.stderr.trim()}`;
    throw new WeftError("FAILED_PRECONDITION", message, { expected: `${clang} on the PATH` });
  }
  const entries = [...sources.keys()].filter((path) => path.startsWith("entry/"));
  const depends = await run(...flagsAt(flags, at), "-M", ...entries.map((path) => `${at}/${path}`));
  if (depends.status !== 0) throw new WeftError("FAILED_PRECONDITION", depends.stderr.trim());
  const headers = await readAll(
    (textOf(depends.stdout).match(/(?<=\s)\/\S+\.h\b/g) ?? []).filter((path) => !path.startsWith(`${at}/`)),
  );
  const compiler = textOf(version.stdout).split("\n")[0] ?? clang;
  return { flags, compiler, headers, program };
}

/** Compiles one object in a sandbox. Equal inputs give equal bytes, wherever and whenever. */
export async function compile(inputs: BuildInputs, signal?: AbortSignal): Promise<Compiled> {
  return await compileWithin(inputs.generated.size > 0 ? policyLimits : ownLimits, inputs, signal);
}

/** `compile` with limits of the caller's. */
export async function compileWithin(
  limits: Limits,
  inputs: BuildInputs,
  signal?: AbortSignal,
): Promise<Compiled> {
  const at = `/${randomUUID()}`;
  const entry = `entry/${inputs.entry}.bpf.c`;
  const generated = below(`${at}/${generatedFolder}`, inputs.generated);
  const root: Root = {
    files: new Map([...below(at, inputs.sources), ...generated, ...inputs.headers]),
    bound: inputs.program,
    // Where the names in what it makes lead to: it copies lines of the sources into the object.
    folder: at,
  };
  const command = [`/bin/${clang}`, ...flagsAt(inputs.flags, at), "-c", `${at}/${entry}`, "-o", "-"];
  const begun = performance.now();
  const ended = await within(limits, () =>
    runSandboxed(command, root, { limits, ...(signal === undefined ? {} : { signal }) }),
  );
  if (ended instanceof WeftError) return { kind: "Fault", error: ended };
  const durationUs = Math.round((performance.now() - begun) * 1000);
  if (ended.status === fenceFailed || ended.signal !== null) {
    const how = ended.signal ?? ended.stderr.slice(0, 500).trim();
    throw new WeftError("INTERNAL", `the compiler's fence could not be put up: ${how}`);
  }
  const judged = judge(ended, { folder: at, entry }, wordsFor(limits));
  return judged.kind === "Object" ? { ...judged, bytes: ended.stdout, durationUs } : judged;
}

/** SHA-256 (hex) of an object's bytes. */
export function contentOf(bytes: Uint8Array): string {
  return sha256(bytes);
}

/** The run; or, when it took or was too much, that as a fault of what was compiled. */
async function within(limits: Limits, run: () => Promise<Ended>): Promise<Ended | WeftError> {
  try {
    return await run();
  } catch (error) {
    if (!isWeftError(error, "DEADLINE_EXCEEDED") && !isWeftError(error, "RESOURCE_EXHAUSTED")) throw error;
    const [words, { code }] = [wordsFor(limits), error];
    if (code === "RESOURCE_EXHAUSTED") return tooLarge(code, error.message, words);
    // It may be the machine that is slow: what the inputs take of a processor is bounded by itself.
    return new WeftError(code, "the compiler did not come to an end in time", {
      cause: error,
      expected: words,
    });
  }
}

function wordsFor({ cpuSeconds, memoryBytes, outputBytes, timeoutMs }: Limits): string {
  const sizes = `${memoryBytes / mebibyte} MiB of memory and an object of ${outputBytes / mebibyte} MiB`;
  return `at most ${cpuSeconds} s of a processor, ${timeoutMs / 1000} s in all, ${sizes}`;
}

async function readAll(paths: readonly string[]): Promise<Files> {
  const sorted = [...new Set(paths)].sort();
  return new Map(
    await Promise.all(sorted.map(async (path) => [path, await readFile(path, "utf8")] as const)),
  );
}

function below(folder: string, files: Files): Files {
  return new Map([...files].map(([path, text]) => [`${folder}/${path}`, text]));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
