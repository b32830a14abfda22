import assert from "node:assert/strict";
import { test } from "node:test";
import { breather } from "./breather.ts";

test("work lets others have their turn, and ends when whoever wanted it has gone", async () => {
  const leaving = new AbortController();
  const pause = breather(leaving.signal);
  setImmediate(() => leaving.abort(new Error("left")));
  const work = async () => {
    for (;;) await pause();
  };
  await assert.rejects(work(), /left/);
});
