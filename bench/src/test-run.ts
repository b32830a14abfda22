// What a program costs without device and stack: BPF_PROG_TEST_RUN.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ObjectSpec, type Program } from "@weft/ebpf";
import { median } from "./shell.ts";

/** Runs of one packet in a row. The hop limit sinks with each run, so they are few. */
export const inRow = 50;

/** A program that does nothing: what its runs take is what a test run costs. */
export async function emptyProgram(): Promise<{ program: Program } & Disposable> {
  const directory = mkdtempSync(join(tmpdir(), "weft-bench-"));
  try {
    const object = join(directory, "empty.o");
    const source = join(import.meta.dirname, "..", "native", "empty.bpf.c");
    const include = `-I/usr/include/${process.arch === "x64" ? "x86_64" : "aarch64"}-linux-gnu`;
    execFileSync("clang-19", ["-target", "bpf", "-O2", "-g", include, "-c", "-o", object, source]);
    const loaded = await ObjectSpec.open(readFileSync(object)).load();
    return { program: loaded.program("empty"), [Symbol.dispose]: () => loaded.close() };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Nanoseconds a run: the median over `rounds` of runs of `repeat` packets. */
export async function cost(
  program: Program,
  next: () => Uint8Array,
  rounds: number,
  repeat: number,
): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    samples.push((await program.testRun({ data: next(), repeat })).durationNs);
  }
  return median(samples);
}
