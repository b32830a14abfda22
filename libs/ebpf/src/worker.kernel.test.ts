import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { kernelTest } from "../test/needs.ts";

test("a worker thread may be terminated in the middle of operations", kernelTest, async () => {
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(new URL("../test/busy-worker.ts", import.meta.url));
    await once(worker, "message");
    assert.equal(await worker.terminate(), 1);
  }
});
