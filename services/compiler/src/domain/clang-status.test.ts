import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { judge } from "./clang-status.ts";

const given = { folder: "/f00", entry: "entry/uplink.bpf.c" };
const object = Buffer.from("\u007fELF...", "latin1");
const finding = "/f00/lib/a.h:3:4: error: no\n";
const crash =
  "PLEASE submit a bug report\n 0 libLLVM.so\nclang-19: error: clang frontend command failed with exit code 134\n";

function judged(status: number | null, stderr: string, stdout: Uint8Array = object) {
  return judge({ status, stdout, stderr }, given, "at most 5 s of a processor");
}

test("an object is what a compiler wrote that ended well; whatever else it wrote is none", () => {
  assert.equal(judged(0, "").kind, "Object");
  assert.throws(
    () => judged(0, "", Buffer.from("text")),
    (error) => isWeftError(error, "INTERNAL"),
  );
  assert.throws(
    () => judged(0, "", Buffer.alloc(0)),
    (error) => isWeftError(error, "INTERNAL"),
  );
});

test("a finding with a place, of a compiler that ended by itself, is the sources' error", () => {
  const errors = judged(1, `${finding}1 error generated.\n`);
  assert.ok(errors.kind === "Errors");
  assert.equal(errors.diagnostics[0]?.file, "lib/a.h");
});

test("a compiler that crashed or was killed says nothing of the sources, whatever it wrote before", () => {
  const cases: readonly [number, string, string][] = [
    [70, "fatal error: error in backend: Cannot select\n", "INTERNAL"],
    [132, crash, "INTERNAL"],
    [134, crash, "INTERNAL"],
    [134, `LLVM ERROR: out of memory\n${crash}`, "RESOURCE_EXHAUSTED"],
    [134, `terminate called after throwing an instance of 'std::bad_alloc'\n`, "RESOURCE_EXHAUSTED"],
    [135, "", "INTERNAL"],
    [137, `${finding}Killed\n`, "RESOURCE_EXHAUSTED"],
    [139, `${finding}Segmentation fault\n`, "INTERNAL"],
    [152, finding, "RESOURCE_EXHAUSTED"],
    [153, finding, "RESOURCE_EXHAUSTED"],
  ];
  for (const [status, stderr, code] of cases) {
    const fault = judged(status, stderr);
    assert.ok(fault.kind === "Fault", `${status}`);
    assert.equal(fault.error.code, code, `${status}`);
    assert.match(fault.error.message, /^too large or too deep for the compiler: the compiler /);
    assert.equal(fault.error.expected, "at most 5 s of a processor");
  }
});

test("what is wrong with the machine is thrown, and is not the sources' error", () => {
  const cases: readonly [number | null, string][] = [
    [1, ""],
    [1, "setpriv: setresuid failed: Invalid argument\n"],
    [1, 'clang-19: error: unable to execute command: Executable "" doesn\'t exist!\n'],
    [1, "/f00/lib/a.h:1:1: fatal error: cannot open file '/f00/lib/b.h': Too many open files\n"],
    [1, "/f00/lib/a.h:1:1: fatal error: error reading '/f00/lib/b.h': Cannot allocate memory\n"],
    [1, "fatal error: error in backend: IO failure on output stream: No space left on device\n"],
    [126, "sh: prlimit: Permission denied\n"],
    [127, "/bin/clang-19: error while loading shared libraries: libLLVM.so.19.1\n"],
    [2, finding],
    [null, finding],
  ];
  for (const [status, stderr] of cases) {
    assert.throws(
      () => judged(status, stderr),
      (error) => isWeftError(error, "INTERNAL") && error.message.includes(`status ${status}`),
    );
  }
});

test("a fault's words are the compiler's first, without the folder and control characters", () => {
  const fault = judged(
    70,
    "fatal error: error in backend: /f00/lib/a.h \u001b[2J is too deep\nStack dump:\n",
  );
  assert.ok(fault.kind === "Fault");
  assert.match(
    fault.error.message,
    /gave up on it: fatal error: error in backend: lib\/a\.h \?\[2J is too deep$/,
  );
});
