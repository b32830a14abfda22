import assert from "node:assert/strict";
import { test } from "node:test";
import { parseClangErrors } from "./clang-text.ts";

const given = { folder: "/f00", entry: "entry/uplink.bpf.c" };

test("errors keep file, line and column; warnings, notes and counts are left out", () => {
  const text = [
    "In file included from /f00/entry/container.bpf.c:2:",
    "/f00/entry/../lib/parse.h:12:7: error: use of undeclared identifier 'x: y'",
    "/f00/lib/parse.h:9:1: note: declared here",
    "/f00/entry/container.bpf.c:3:10: fatal error: 'nothing.h' file not found",
    "/f00/lib/parse.h:1:1: warning: something",
    "clang: error: no such file",
    "2 errors generated.",
  ].join("\n");
  assert.deepEqual(parseClangErrors(text, given), [
    { file: "lib/parse.h", line: 12, column: 7, field: "", message: "use of undeclared identifier 'x: y'" },
    { file: "entry/container.bpf.c", line: 3, column: 10, field: "", message: "'nothing.h' file not found" },
  ]);
});

test("what is not at a place in the sources is told at the entry", () => {
  const text = [
    "<inline asm>:1:9: error: unknown directive",
    "/etc/passwd:7:1: error: forged",
    "lib/policy.h:7:1: error: forged by a line break",
  ].join("\n");
  const files = parseClangErrors(text, given).map(({ file, line }) => [file, line]);
  const entry = [given.entry, 0];
  assert.deepEqual(files, [entry, entry]);
});

test("a message cannot write to a terminal, nor tell the folder", () => {
  const text = "/f00/a.c:1:1: error: struct (unnamed at /f00/a.c:1:1) \u001b[2J\u202e\r";
  const message = "struct (unnamed at a.c:1:1) <U+001B>[2J<U+202E><U+000D>";
  assert.equal(parseClangErrors(text, given)[0]?.message, message);
});

test("a flood of errors is cut", () => {
  const text = Array.from({ length: 500 }, (_, n) => `/f00/a.c:${n + 1}:1: error: e`).join("\n");
  assert.equal(parseClangErrors(text, given).length, 50);
});
