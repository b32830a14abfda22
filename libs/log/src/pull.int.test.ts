import assert from "node:assert/strict";
import { test } from "node:test";
import { openCore } from "./connection.ts";
import type { Core } from "./core.ts";
import { pull } from "./pull.ts";
import { startNats } from "./start-nats.ts";
import { logStream } from "./streams.ts";
import { appendAll } from "./testing-events.ts";

/** The same, except that nobody ever answers its first question for a consumer, as when a connection breaks meanwhile. */
function deafOnce(core: Core, onAsked: () => void): Core {
  const { consumers } = core.manager;
  let asked = 0;
  const add: typeof consumers.add = (stream, config) => {
    asked += 1;
    if (asked > 1) return consumers.add(stream, config);
    onAsked();
    return new Promise(() => undefined);
  };
  const deaf = Object.assign(Object.create(consumers), { add });
  return { ...core, manager: Object.assign(Object.create(core.manager), { consumers: deaf }) };
}

test("a read whose question went down with the connection is asked again as soon as there is another one", async () => {
  await using nats = await startNats();
  const log = await nats.connect("identity");
  await appendAll(log, 1);
  const core = await openCore({ url: nats.url, seed: nats.seed("identity"), name: "weft/identity" });
  try {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const read = Array.fromAsync(pull(deafOnce(core, resolve), { stream: logStream, from: 1, to: 1 }));
    await asked;
    await nats.kill();
    await nats.restart();
    assert.deepEqual(
      (await read).flat().map(({ revision }) => revision),
      [1],
    );
  } finally {
    await core.close();
  }
});
