import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "./duration.ts";

test("a duration is numbers with units, as Go writes them, and nothing else", () => {
  for (const [text, ms] of [
    ["30s", 30_000],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["500ms", 500],
  ] as const) {
    assert.equal(parseDuration(text), ms, text);
  }
  for (const text of ["", "30", "s", "-1s", "1d", "1s ", "1 s", "1.s"])
    assert.equal(parseDuration(text), undefined, text);
});
