import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readSuite } from "./suite.ts";

test("seed and size of a suite become the environment of its tests", () => {
  const { files, env } = readSuite(["fuzz", "--seed", "7", "--packets", "1000"]);
  assert.match(files, /fuzz\.kernel\.test\.ts$/);
  assert.deepEqual(env, { WEFT_FUZZ_SEED: "7", WEFT_FUZZ_PACKETS: "1000" });
});

test("a suite, an option or a number that there is not is refused", () => {
  assert.throws(() => readSuite(["storm"]), /"storm" is none of fuzz, flood, verdicts, foreign/);
  assert.throws(() => readSuite(["flood", "--seed", "1"]), /seed/);
  assert.throws(() => readSuite(["fuzz", "--seed", "-1"]), /--seed/);
  assert.throws(() => readSuite(["fuzz", "--packets", "many"]), /--packets: it must be a whole number/);
});

test("every suite has tests", () => {
  const root = join(import.meta.dirname, "..");
  for (const name of ["fuzz", "flood", "verdicts", "foreign"]) {
    const found = globSync(readSuite([name]).files, { cwd: root, exclude: ["**/node_modules/**"] });
    assert.ok(found.length > 0, name);
  }
});
