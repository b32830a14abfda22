import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { tarOf } from "./tar.ts";

test("tar reads what was written, whatever its length", () => {
  const texts = ["", "a", "b".repeat(511), "c".repeat(512), "d".repeat(100_000), "é\n"];
  const files = new Map(texts.map((text, index) => [`folder/${index}.h`, text]));
  const input = tarOf(files);
  for (const [path, text] of files) {
    assert.equal(execFileSync("tar", ["-xO", path], { input, encoding: "utf8" }), text);
  }
  const listed = execFileSync("tar", ["-tv"], { input, encoding: "utf8" }).trim().split("\n");
  assert.equal(listed.length, files.size);
  for (const line of listed) assert.match(line, /^-r--r--r-- 0\/0 .* 1970-01-01 /);
});

test("a file name that an archive cannot hold is refused", () => {
  const long = new Map([["x".repeat(101), ""]]);
  assert.throws(
    () => tarOf(long),
    (error) => isWeftError(error, "INVALID_ARGUMENT"),
  );
});
