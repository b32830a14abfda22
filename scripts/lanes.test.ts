import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "./lanes.ts";

test("lanes run at once, and what they print is in the order of the lanes", async () => {
  const printed: (string | Uint8Array)[] = [];
  const second = Promise.withResolvers<void>();
  await inOrder(
    [
      async (print) => {
        print("a1");
        await second.promise;
        print("a2");
      },
      async (print) => {
        print("b1");
        second.resolve();
      },
      async (print) => print("c1"),
    ],
    (chunk) => printed.push(chunk),
  );
  assert.deepEqual(printed, ["a1", "a2", "b1", "c1"]);
});

test("the lane in front prints at once, also when it was not in front at first", async () => {
  const printed: (string | Uint8Array)[] = [];
  const later = Promise.withResolvers<void>();
  const done = inOrder(
    [
      async () => undefined,
      async (print) => {
        await later.promise;
        print("b1");
        assert.deepEqual(printed, ["b1"]);
      },
    ],
    (chunk) => printed.push(chunk),
  );
  setImmediate(later.resolve);
  await done;
});

test("a lane that fails ends no other, and its error is told", async () => {
  const printed: (string | Uint8Array)[] = [];
  const work = inOrder(
    [
      async () => {
        throw new Error("first");
      },
      async (print) => print("b1"),
    ],
    (chunk) => printed.push(chunk),
  );
  await assert.rejects(work, /first/);
  assert.deepEqual(printed, ["b1"]);
});
