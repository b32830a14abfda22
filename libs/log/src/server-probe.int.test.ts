import assert from "node:assert/strict";
import { test } from "node:test";
import { openServerProbe } from "./server.ts";
import { startNats } from "./testing.ts";

test("a probe tells a server that answers, one that is stopped, one that is gone, and one that is back", async () => {
  await using nats = await startNats();
  const probe = openServerProbe({ url: nats.url, seed: nats.seed("cli") });
  try {
    assert.equal(await probe.ask(10_000), "answers");
    process.kill(nats.pid, "SIGSTOP");
    assert.equal(await probe.ask(100), "silent");
    process.kill(nats.pid, "SIGCONT");
    assert.equal(await probe.ask(10_000), "answers");
    await nats.kill();
    assert.equal(await probe.ask(100), "silent");
    await nats.restart();
    assert.equal(await probe.ask(10_000), "answers");
  } finally {
    await probe.close();
  }
});

test("a server without the stream of the log refuses", async () => {
  await using nats = await startNats();
  const admin = await nats.connect("admin");
  await admin.nats.request("$JS.API.STREAM.DELETE.WEFT");
  const probe = openServerProbe({ url: nats.url, seed: nats.seed("cli") });
  assert.equal(await probe.ask(10_000), "refuses");
  await probe.close();
});
