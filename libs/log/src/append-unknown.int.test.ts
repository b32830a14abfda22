import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "@nats-io/transport-node";
import { isWeftError } from "@weft/netaddr";
import { append } from "./append.ts";
import { openCore } from "./connection.ts";
import type { Core } from "./core.ts";
import { startNats } from "./start-nats.ts";
import { allocated, appendAll, collect } from "./testing-events.ts";
import type { Log } from "./types.ts";

const request = {
  subject: "weft.log.identity",
  event: allocated(7),
  expected: 0,
  actor: "test",
  cause: "test",
};

/** What happens around the first attempt; every later one goes through untouched. */
type Mishap = (send: () => Promise<unknown>, log: Log) => Promise<unknown>;

async function appendWith(mishap: Mishap) {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const core = await openCore({ url: nats.url, seed: nats.seed("identity"), name: "weft/identity" });
  let attempts = 0;
  const publish: Core["client"]["publish"] = async (...message) => {
    attempts += 1;
    if (attempts > 1) return core.client.publish(...message);
    await mishap(() => core.client.publish(...message), log);
    throw new TimeoutError();
  };
  const client = new Proxy(core.client, {
    get: (target, key) => (key === "publish" ? publish : Reflect.get(target, key)),
  });
  try {
    const outcome = await append({ ...core, client }, request).catch((error: unknown) => error);
    return { outcome, attempts, events: await collect(log.read()) };
  } finally {
    await core.close();
  }
}

test("an event that was stored though the answer was lost is found and not sent again", async () => {
  const { outcome, attempts, events } = await appendWith((send) => send());
  assert.deepEqual([outcome, attempts, events.length], [{ revision: 1, id: events[0]?.id }, 1, 1]);
});

test("an event that was stored is found though others have appended behind it", async () => {
  const { outcome, attempts, events } = await appendWith(async (send, log) => {
    await send();
    await appendAll(log, 3);
  });
  assert.deepEqual([outcome, attempts, events.length], [{ revision: 1, id: events[0]?.id }, 1, 4]);
});

test("an event that never arrived is sent again", async () => {
  const { outcome, attempts, events } = await appendWith(async () => undefined);
  assert.deepEqual([outcome, attempts, events.length], [{ revision: 1, id: events[0]?.id }, 2, 1]);
});

test("an event that arrives late, after it was sent again, is stored once", async () => {
  const { outcome, events } = await appendWith(async (send) => {
    setTimeout(() => void send().catch(() => undefined), 5);
  });
  assert.deepEqual([outcome, events.length], [{ revision: 1, id: events[0]?.id }, 1]);
});

test("an event that never arrived while another took its place is a conflict", async () => {
  const { outcome, attempts, events } = await appendWith((_send, log) => appendAll(log, 2));
  assert.ok(isWeftError(outcome, "ABORTED"));
  assert.deepEqual([attempts, events.length], [1, 2]);
});
