import assert from "node:assert/strict";
import { test } from "node:test";
import { progressLine } from "./progress-line.ts";

const output = { print: () => {}, say: () => {}, ready: async () => {} };

test("what is done within a second shows nothing, what takes longer shows how far it is and leaves nothing behind", (t) => {
  let nowMs = 0;
  t.mock.method(performance, "now", () => nowMs);
  const shown: string[] = [];
  {
    using line = progressLine({ ...output, progress: (text) => shown.push(text) });
    line.show("1");
    nowMs = 1100;
    line.show("2");
    line.show("3");
    nowMs = 1400;
    line.show("4");
  }
  assert.deepEqual(shown, ["2", "4", ""]);
  using quick = progressLine({ ...output, progress: (text) => shown.push(text) });
  quick.show("5");
  assert.equal(shown.length, 3);
});

test("where nobody looks nothing is shown", (t) => {
  t.mock.method(performance, "now", () => 1e6);
  using line = progressLine(output);
  line.show("1");
});
