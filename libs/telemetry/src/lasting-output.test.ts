import assert from "node:assert/strict";
import { closeSync, openSync, writeSync } from "node:fs";
import { test } from "node:test";
import { lastingOutput } from "./lasting-output.ts";

test("a logger on a full disk drops lines, ends nothing, and says how many it dropped when there is room again", () => {
  const full = openSync("/dev/full", "w");
  const said: string[] = [];
  let isFull = true;
  const output = lastingOutput((line) => (isFull ? void writeSync(full, line) : void said.push(line)));
  output.write("one\n");
  output.write("two\n");
  isFull = false;
  output.write("three\n");
  output.write("four\n");
  closeSync(full);
  assert.deepEqual(said, [
    '{"level":"warn","msg":"lines could not be written","dropped":2}\n',
    "three\n",
    "four\n",
  ]);
});
