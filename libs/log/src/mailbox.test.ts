import assert from "node:assert/strict";
import { test } from "node:test";
import { WeftError } from "@weft/netaddr";
import { Mailbox } from "./mailbox.ts";

test("what was put is taken in order, and the reader wakes for it", async () => {
  const box = new Mailbox<number>();
  const waiting = box.wait(60_000);
  box.put(1);
  box.put(2);
  assert.equal(await waiting, true);
  assert.deepEqual(box.take(), [1, 2]);
});

test("a full mailbox drops the newest and everything after until told of, once", async () => {
  const box = new Mailbox<number>(2);
  for (const item of [1, 2, 3]) box.put(item);
  assert.deepEqual(box.take(), [1, 2]);
  box.put(4);
  assert.deepEqual(box.take(), []);
  assert.equal(box.takeOverflow(), true);
  assert.equal(box.takeOverflow(), false);
  box.put(5);
  assert.deepEqual(box.take(), [5]);
});

test("a failure comes after what was put before it, a nudge ends the wait with nothing", async () => {
  const box = new Mailbox<number>();
  box.nudge();
  assert.equal(await box.wait(60_000), false);
  box.put(1);
  box.fail(new WeftError("UNAVAILABLE", "gone"));
  assert.equal(await box.wait(60_000), true);
  box.take();
  await assert.rejects(box.wait(60_000), /gone/);
});

test("an aborted wait ends at once", async () => {
  const box = new Mailbox<number>();
  const controller = new AbortController();
  const waiting = box.wait(60_000, controller.signal);
  controller.abort();
  await assert.rejects(waiting, (error) => error instanceof WeftError && error.code === "CANCELLED");
});
