// Sources that somebody might write to learn of the machine that compiles them, to stop it, or to put words in its mouth.

/** What has to become of a source. */
export type Outcome =
  /** An error at a line of the entry; 0: at none. */
  | { readonly refused: RegExp; readonly line: number }
  /** No word about the source: a fault with this code. */
  | { readonly fault: "RESOURCE_EXHAUSTED" | "INTERNAL"; readonly words?: RegExp }
  /** An object, without these bytes in it. */
  | { readonly object: true; readonly without?: string };

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join("");
const refused = (message: RegExp, line = 1): Outcome => ({ refused: message, line });
const exhausted: Outcome = { fault: "RESOURCE_EXHAUSTED" };
const crashed: Outcome = { fault: "INTERNAL" };
const missing = refused(/file not found/);

/** Reading what is not theirs. */
const curious: Readonly<Record<string, readonly [string, Outcome]>> = {
  "include of /etc/shadow": ['#include "/etc/shadow"\n', missing],
  "include of /etc/passwd": ["#include </etc/passwd>\n", missing],
  include_next: ["#include_next </etc/shadow>\n", refused(/include_next|not found/)],
  "the dependency pragma": ['#pragma GCC dependency "/etc/passwd"\n', missing],
  "include of /proc/self/environ": ['#include "/proc/self/environ"\n', missing],
  "include of /proc/1/root": ['#include "/proc/1/root/etc/shadow"\n', missing],
  "include of /dev/zero": ['#include "/dev/zero"\n', missing],
  "include of standard input": ['#include "/dev/stdin"\n', missing],
  "include of the folder above": ['#include "../../etc/passwd"\n', missing],
  "incbin of /usr": ['asm(".incbin \\"/usr/lib/os-release\\"");\n', refused(/Could not find incbin file/, 0)],
  "incbin of /dev/urandom": ['asm(".incbin \\"/dev/urandom\\"");\n', refused(/Could not find/, 0)],
  "incbin of /proc/self/maps": ['asm(".incbin \\"/proc/self/maps\\"");\n', refused(/Could not find/, 0)],
  "assembler include": ['asm(".include \\"/etc/passwd\\"");\n', refused(/Could not find include file/, 0)],
  "embed of /usr": ['char a[] = {\n#embed "/usr/lib/os-release"\n};\n', refused(/embed|not found/, 2)],
  "has_include as an oracle": [
    `#if ${["/usr/local/bin/node", "/usr/lib/os-release", "/etc/passwd", "/usr/include/stdio.h", "/dev/null", "/proc/version", "/fstab"].map((path) => `__has_include("${path}")`).join(" || ")}\n#error found\n#endif\nint a;\n`,
    { object: true },
  ],
  "headers that were not read": ["#include <linux/version.h>\n", missing],
  "a module": ["#pragma clang module import foo\n", refused(/module 'foo' not found/)],
  "the time of day": [
    "char a[] = __DATE__ __TIME__;\n",
    { object: true, without: String(new Date().getFullYear()) },
  ],
};

/** Stopping it. */
const heavy: Readonly<Record<string, readonly [string, Outcome]>> = {
  "4 GB by .fill": ['asm(".fill 4294967295, 1, 0");\n', exhausted],
  "64 MiB by .fill": ['asm(".fill 67108864, 1, 0");\n', exhausted],
  ".rept of 10^8": ['asm(".rept 100000000\\n.byte 1\\n.endr");\n', exhausted],
  "an array of 2 GB": ["char a[2147483647] = {1};\n", exhausted],
  "2 GB that are zero": ["char a[2147483647];\n", { object: true }],
  "unrolling 10^6 rounds": [
    "int f(int *p) {\n#pragma unroll 1000000\nfor (int i = 0; i < 1000000; i++) p[i] += i; return 0; }\n",
    exhausted,
  ],
  "a macro that doubles 40 times": [
    `#define A0 1+\n${many(40, (n) => `#define A${n + 1} A${n} A${n}\n`)}int x = A40 0;\n`,
    exhausted,
  ],
  "an assembler macro that calls itself": ['asm(".macro m\\nm\\nm\\n.endm\\nm");\n', exhausted],
  "a switch of 100,000 cases": [
    `int f(int x) { switch (x) {${many(100_000, (n) => `case ${n * 7}: return ${(n * 13) % 101};`)}} return 0; }\n`,
    exhausted,
  ],
  "3,000 loops": [
    `int f(int *x) {${many(3000, (n) => `for (int i = 0; i < 1000; i++) x[i] += i * ${n};`)}return 0; }\n`,
    exhausted,
  ],
  "statements by the thousand from macros": [
    "#define B(x) x x x x x x x x\n#define C(x) B(B(B(B(B(x)))))\nint f(int a) { C(C(a++;)) return a; }\n",
    exhausted,
  ],
  "100,000 nested ifs": [`int f(int x) {${"if (x)".repeat(100_000)} x++; return x; }\n`, crashed],
  "a sum of 300,000": [`int f(int x) { return ${"x + ".repeat(300_000)} 1; }\n`, crashed],
  "a call of the overflow": [
    "#pragma clang __debug overflow_stack\n",
    { fault: "RESOURCE_EXHAUSTED", words: /killed|segm/ },
  ],
  "a crash": ["#pragma clang __debug crash\n", crashed],
  "a crash of the parser": ["#pragma clang __debug parser_crash\n", crashed],
  "a fatal error": [
    "#pragma clang __debug llvm_fatal_error\n",
    { fault: "INTERNAL", words: /llvm_fatal_error/ },
  ],
  "what the backend cannot do": ["__int128 f(__int128 a, __int128 b) { return a / b; }\n", crashed],
  "jumps to anywhere": [
    "int f(void **t, int n) { static void *l[] = {&&a, &&b}; goto *l[n]; a: goto *t[1]; b: return 1; }\n",
    crashed,
  ],
  "200,000 brackets": [
    `int x = ${"(".repeat(200_000)}1${")".repeat(200_000)};\n`,
    refused(/bracket nesting level/),
  ],
  "100,000 braces": [
    `int x = ${"{".repeat(100_000)}1${"}".repeat(100_000)};\n`,
    refused(/bracket nesting level/),
  ],
  "inclusion of itself": ['#include "hostile.bpf.c"\n', refused(/nested too deeply/)],
  "50,000 errors": [many(50_000, (n) => `int a${n} = b${n};\n`), refused(/undeclared identifier 'b0'/)],
  "a huge type": ["typedef char a[1UL << 60]; a b[1UL << 60];\n", refused(/array is too large/)],
  "a stack of 4 KiB": [
    "int g(char *);\nint f(int n) { char a[4096]; g(a); return a[n]; }\n",
    refused(/stack limit/, 2),
  ],
  "a line of 9 MB": [`int ${"a".repeat(9_000_000)};\n`, { fault: "RESOURCE_EXHAUSTED", words: /files take/ }],
};

const undeclared = (line: number) => refused(/undeclared identifier 'y'/, line);
const forged = "\\njudge/policy.h:1:1: error: forged";

/** Words in its mouth. */
const forgers: Readonly<Record<string, readonly [string, Outcome]>> = {
  "#line to a file of ours": ['#line 7 "judge/policy.h"\nint x = y;\n', undeclared(2)],
  "#line to a file of the machine": ['#line 1 "/etc/passwd"\nint x = y;\n', undeclared(2)],
  "a line marker": ['# 7 "judge/policy.h" 3\nint x = y;\n', undeclared(2)],
  "#line with escapes": ['#line 7 "\\033[2J\\nclang: error: unable to execute"\nint x = y;\n', undeclared(2)],
  "#line before an error of the backend": [
    '#line 7 "judge/policy.h"\nint g(char *);\nint f(int n) { char a[4096]; g(a); return a[n]; }\n',
    refused(/stack limit/, 3),
  ],
  "a line break in an assertion": [
    `_Static_assert(0, "a${forged}");\n`,
    refused(/^static assertion failed: a$/),
  ],
  "a line break in an attribute": [
    `int f(int x) __attribute__((diagnose_if(1, "a${forged}", "error"))); int g(void) { return f(1); }\n`,
    refused(/^a$/),
  ],
  "a line break in a pragma": [`#pragma GCC error "a${forged}"\n`, refused(/^a$/)],
  "a line break in assembler": [`asm(".error \\"a${forged}\\033[2J\\"");\n`, refused(/^a$/, 0)],
  "the folder's name in a message": [
    '_Static_assert(0, "a\\n" __FILE__ ":1:1: error: forged");\n',
    refused(/^static assertion failed: a$/),
  ],
  "terminal escapes in #error": [
    "#error \u001b[2J\u001b]0;x\u0007 \u009b31m \u202e\n",
    refused(/<U\+001B>\[2J/),
  ],
  "warnings switched off": [
    '#pragma clang diagnostic ignored "-Wunused"\nstatic int f(void) { return 1; }\n',
    { object: true },
  ],
};

/** Every source by what it tries, with what has to become of it. */
export const hostile: Readonly<Record<string, readonly [string, Outcome]>> = {
  ...curious,
  ...heavy,
  ...forgers,
};
