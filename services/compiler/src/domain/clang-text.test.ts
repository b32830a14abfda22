import assert from "node:assert/strict";
import { test } from "node:test";
import { parseClangErrors } from "./clang-text.ts";

test("errors keep file, line and column; warnings, notes and counts are left out", () => {
  const text = [
    "In file included from entry/container.bpf.c:2:",
    "lib/parse.h:12:7: error: use of undeclared identifier 'x: y'",
    "lib/parse.h:9:1: note: declared here",
    "entry/container.bpf.c:3:10: fatal error: 'nothing.h' file not found",
    "lib/parse.h:1:1: warning: something",
    "clang: error: no such file",
    "2 errors generated.",
  ].join("\n");
  assert.deepEqual(parseClangErrors(text), [
    { file: "lib/parse.h", line: 12, column: 7, field: "", message: "use of undeclared identifier 'x: y'" },
    { file: "entry/container.bpf.c", line: 3, column: 10, field: "", message: "'nothing.h' file not found" },
    { file: "", line: 0, column: 0, field: "", message: "no such file" },
  ]);
});

test("a flood of errors is cut", () => {
  const text = Array.from({ length: 500 }, (_, n) => `a.c:${n + 1}:1: error: e`).join("\n");
  assert.equal(parseClangErrors(text).length, 50);
});
