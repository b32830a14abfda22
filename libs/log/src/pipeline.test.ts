import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { pipeline } from "./pipeline.ts";

test("so many are under way at once, and the results are in order", async () => {
  let running = 0;
  let most = 0;
  const results = await pipeline([...Array(100).keys()], 8, async (item) => {
    most = Math.max(most, ++running);
    for (let n = 0; n < item % 5; n += 1) await setImmediate();
    running -= 1;
    return item * 2;
  });
  assert.deepEqual(
    results,
    [...Array(100).keys()].map((item) => item * 2),
  );
  assert.equal(most, 8);
  assert.deepEqual(await pipeline([], 8, async () => 1), []);
});

test("after a failure or an abort nothing more is begun, and what is under way has ended", async () => {
  const begun: number[] = [];
  let ended = 0;
  const work = async (item: number) => {
    begun.push(item);
    await setImmediate();
    ended += 1;
    if (item === 3) throw new Error("three");
  };
  await assert.rejects(pipeline([...Array(100).keys()], 4, work), /three/);
  assert.ok(begun.length < 12, `${begun.length}`);
  assert.equal(ended, begun.length);
  const aborted = AbortSignal.abort(new Error("left"));
  await assert.rejects(pipeline([1, 2], 4, work, aborted), /left/);
  assert.ok(!begun.includes(100));
});
