import assert from "node:assert/strict";
import { test } from "node:test";
import { WeftError } from "@weft/netaddr";
import { batcher } from "./batcher.ts";

/** A run that records its batches and holds each until it is let go. */
function gated() {
  const batches: string[][] = [];
  const gates: (() => void)[] = [];
  const run = async (items: readonly string[]) => {
    batches.push([...items]);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (items.includes("bad")) throw new WeftError("INVALID_ARGUMENT", "bad");
    return items.map((item) => item.toUpperCase());
  };
  const open = async () => {
    while (gates.length === 0) await new Promise(setImmediate);
    gates.shift()?.();
  };
  return { batches, run, open };
}

test("a call alone goes at once, those that come meanwhile share the next batch", async () => {
  const { batches, run, open } = gated();
  const call = batcher({ name: "t", limit: 100, run });
  const answers = Promise.all(["a", "b", "c", "d"].map((item) => call(item)));
  await open();
  await open();
  assert.deepEqual(await answers, ["A", "B", "C", "D"]);
  assert.deepEqual(batches, [["a"], ["b", "c", "d"]]);
});

test("one caller's mistake is no other's", async () => {
  const { run, open } = gated();
  const call = batcher({ name: "t", limit: 100, run });
  const answers = Promise.allSettled(["a", "b", "bad", "c"].map((item) => call(item)));
  for (let opened = 0; opened < 6; opened += 1) await open();
  assert.deepEqual(
    (await answers).map((answer) => (answer.status === "fulfilled" ? answer.value : answer.reason.message)),
    ["A", "B", "bad", "C"],
  );
});

test("a fault of the log is not repeated for each call", async () => {
  let runs = 0;
  const call = batcher<string, string>({
    name: "t",
    limit: 100,
    run: async () => {
      runs += 1;
      throw new WeftError("UNAVAILABLE", "no log");
    },
  });
  const answers = await Promise.allSettled(["a", "b", "c"].map((item) => call(item)));
  assert.ok(answers.every(({ status }) => status === "rejected"));
  assert.equal(runs, 2);
});

test("batches respect the limit and the key, and keep the order of each key", async () => {
  const { batches, run, open } = gated();
  const call = batcher({
    name: "t",
    limit: 4,
    weight: (item) => item.length,
    key: (item) => item[0] ?? "",
    run,
  });
  const answers = Promise.all(["a", "a1", "b1", "a2", "b2", "a3"].map((item) => call(item)));
  for (let opened = 0; opened < 4; opened += 1) await open();
  await answers;
  assert.deepEqual(batches, [["a"], ["a1", "a2"], ["b1", "b2"], ["a3"]]);
});

test("a call given up while it waits is not run", async () => {
  const { batches, run, open } = gated();
  const call = batcher({ name: "t", limit: 100, run });
  const first = call("a");
  const abort = new AbortController();
  const second = call("b", abort.signal);
  abort.abort(new WeftError("CANCELLED", "gone"));
  await open();
  await first;
  await assert.rejects(second, { code: "CANCELLED" });
  assert.deepEqual(batches, [["a"]]);
});

test("a full queue refuses", async () => {
  const { run, open } = gated();
  const call = batcher({ name: "t", limit: 100, queueLimit: 1, run });
  const first = call("a");
  const second = call("b");
  await assert.rejects(call("c"), { code: "RESOURCE_EXHAUSTED" });
  await open();
  await open();
  await Promise.all([first, second]);
});
