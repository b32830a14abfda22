import { type Diagnostic, WeftError } from "@weft/netaddr";
import { type Given, parseClangErrors } from "./clang-text.ts";

/** What a run of the compiler came to. */
export type Judgement =
  | { readonly kind: "Object" }
  | { readonly kind: "Errors"; readonly diagnostics: readonly Diagnostic[] }
  /** It did not come to an end with these sources: no word about whether they are right. */
  | { readonly kind: "Fault"; readonly error: WeftError };

/** How the compiler ended, with the beginning of what it wrote. */
export interface Run {
  /** Exit status; 128 + N when signal N killed it. */
  readonly status: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Statuses other than 0 and 1 that say what became of it. */
const faults: Readonly<Record<number, readonly [WeftError["code"], string]>> = {
  70: ["INTERNAL", "the compiler gave up on it"],
  [128 + 4]: ["INTERNAL", "the compiler crashed (illegal instruction)"],
  [128 + 6]: ["INTERNAL", "the compiler crashed (aborted)"],
  [128 + 7]: ["INTERNAL", "the compiler crashed (bus error)"],
  [128 + 9]: ["RESOURCE_EXHAUSTED", "the compiler was killed"],
  [128 + 11]: ["INTERNAL", "the compiler crashed (segmentation fault)"],
  [128 + 24]: ["RESOURCE_EXHAUSTED", "the compiler used up its time"],
  [128 + 25]: ["RESOURCE_EXHAUSTED", "the compiler wrote too much"],
};

/** What is wrong with this machine, though clang words it as a finding. */
const machineFault =
  /^(cannot open file|error reading|unable to (open|read|write))|(Cannot allocate memory|Too many open files|Input\/output error|No space left on device)$/;

/**
 * What a run came to. Only a compiler that ended by itself and names a place has found an error in the sources; one
 * that was ended or crashed has not (Fault), and one that did not even begin is thrown (INTERNAL). `limits` are words.
 */
export function judge(run: Run, given: Given, limits: string): Judgement {
  const { status, stdout, stderr } = run;
  const words = wordsOf(stderr, given);
  const fault = faults[status ?? -1];
  if (fault !== undefined) {
    const outOfMemory = /^LLVM ERROR: out of memory|std::bad_alloc/m.test(stderr);
    const [code, what] = outOfMemory
      ? (["RESOURCE_EXHAUSTED", "the compiler ran out of memory"] as const)
      : fault;
    return { kind: "Fault", error: tooLarge(code, `${what}${words && `: ${words}`}`, limits) };
  }
  if (status === 0 && Buffer.from(stdout.subarray(0, 4)).equals(elf)) return { kind: "Object" };
  const diagnostics = status === 1 ? parseClangErrors(stderr, given) : [];
  const broken = diagnostics.some(({ message }) => machineFault.test(message));
  if (diagnostics.length > 0 && !broken) return { kind: "Errors", diagnostics };
  throw new WeftError("INTERNAL", `the compiler could not run (status ${status}): ${words}`);
}

/** The fault of sources that the compiler does not come to an end with. */
export function tooLarge(code: WeftError["code"], what: string, limits: string): WeftError {
  return new WeftError(code, `too large or too deep for the compiler: ${what}`, { expected: limits });
}

const elf = Buffer.from("\x7fELF", "latin1");
const maxWords = 300;

/** The first line that says something; not the trace of a crash. */
function wordsOf(stderr: string, { folder }: Given): string {
  const lines = stderr.split("\n").map((line) => line.replaceAll(`${folder}/`, "").trim());
  const told = lines.find((line) => line !== "" && !/^(PLEASE submit|Stack dump|\d+[.\s]|Killed)/.test(line));
  return (told ?? "").slice(0, maxWords).replace(/[\p{Cc}\p{Cf}]/gu, "?");
}
