import assert from "node:assert/strict";
import { test } from "node:test";
import { limiter } from "./limiter.ts";

test("never more run at once than allowed, and all run", async () => {
  const limit = limiter(2, 9);
  let running = 0;
  let most = 0;
  const results = await Promise.all(
    Array.from({ length: 9 }, (_, n) =>
      limit(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return n;
      }),
    ),
  );
  assert.deepEqual([most, results], [2, [0, 1, 2, 3, 4, 5, 6, 7, 8]]);
});

test("who gives up while waiting leaves the line, and a failure frees its place", async () => {
  const limit = limiter(1, 1);
  const gate = Promise.withResolvers<void>();
  const first = limit(() => gate.promise);
  const stop = new AbortController();
  const waiting = limit(async () => "never", stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  gate.reject(new Error("broken"));
  await assert.rejects(first, /broken/);
  assert.equal(await limit(async () => "next"), "next");
});

test("who finds the line too long is refused, and the line goes on", async () => {
  const limit = limiter(1, 1);
  const gate = Promise.withResolvers<void>();
  const first = limit(() => gate.promise);
  const second = limit(async () => "second");
  await assert.rejects(
    limit(async () => "third"),
    { code: "RESOURCE_EXHAUSTED" },
  );
  gate.resolve();
  await first;
  assert.equal(await second, "second");
});
