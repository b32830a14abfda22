import assert from "node:assert/strict";
import { test } from "node:test";
import { limiter } from "./limiter.ts";

/** Work that goes on until it is told to end, and says when it has begun. */
function held(begun: string[]) {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  return {
    work: (name: string) => async () => {
      begun.push(name);
      const gate = Promise.withResolvers<void>();
      gates.set(name, gate);
      await gate.promise;
      return name;
    },
    async end(name?: string): Promise<void> {
      if (name !== undefined) gates.get(name)?.resolve();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("never more run at once than allowed, and all run", async () => {
  const limit = limiter({ most: 2, spare: 0, longest: 9 });
  let running = 0;
  let most = 0;
  const results = await Promise.all(
    Array.from({ length: 9 }, (_, n) =>
      limit("one", async () => {
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

test("who fills all places shuts nobody out: another begins at once, and then they take turns", async () => {
  const limit = limiter({ most: 2, spare: 1, longest: 9 });
  const begun: string[] = [];
  const { work, end } = held(begun);
  const all = ["a1", "a2", "a3", "a4", "b1", "b2", "c1"].map((name) => limit(name[0] ?? "", work(name)));
  await end();
  assert.deepEqual(begun, ["a1", "a2", "b1"]);
  await end("a1");
  assert.deepEqual(begun.slice(3), ["c1"], "who has nothing running goes before who has");
  await end("b1");
  assert.deepEqual(begun.slice(4), ["b2"]);
  await end("c1");
  assert.deepEqual(begun.slice(5), [], "two run, of those who wait one has a place already");
  await end("a2");
  await end("b2");
  assert.deepEqual(begun.slice(5), ["a3", "a4"]);
  for (const name of ["a3", "a4"]) await end(name);
  assert.equal((await Promise.all(all)).length, 7);
});

test("who gives up while waiting leaves the line, and a failure frees its place", async () => {
  const limit = limiter({ most: 1, spare: 0, longest: 1 });
  const gate = Promise.withResolvers<void>();
  const first = limit("one", () => gate.promise);
  const stop = new AbortController();
  const waiting = limit("two", async () => "never", stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  gate.reject(new Error("broken"));
  await assert.rejects(first, /broken/);
  assert.equal(await limit("one", async () => "next"), "next");
});

test("who finds its line too long is refused, others are not, and the lines go on", async () => {
  const limit = limiter({ most: 1, spare: 0, longest: 1 });
  const gate = Promise.withResolvers<void>();
  const first = limit("one", () => gate.promise);
  const second = limit("one", async () => "second");
  await assert.rejects(
    limit("one", async () => "third"),
    { code: "RESOURCE_EXHAUSTED" },
  );
  const other = limit("two", async () => "other");
  gate.resolve();
  await first;
  assert.deepEqual(await Promise.all([second, other]), ["second", "other"]);
});
