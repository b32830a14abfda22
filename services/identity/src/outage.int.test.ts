import assert from "node:assert/strict";
import { test } from "node:test";
import { startNats } from "@weft/log/testing";
import { connect } from "@weft/rpc";
import { healthOf, startService, untilHealth } from "@weft/rpc/testing";

test("identity outlives its nats-server: health tells, what was acknowledged stays, and it goes on", async () => {
  await using nats = await startNats();
  await using identity = await startService({
    main: new URL("./main.ts", import.meta.url),
    name: "identity",
    natsUrl: nats.url,
    seedFile: `${nats.directory}/seeds/identity.seed`,
  });
  using client = connect("Identity", identity.socket, { actor: "test" });
  const web = { labels: { app: "web" } };
  const before = await client.allocate({ sets: [web] });
  assert.equal(await healthOf(identity.socket), "SERVING");

  await nats.kill();
  await untilHealth("NOT_SERVING", identity.socket);
  await nats.restart();
  await untilHealth("SERVING", identity.socket);

  const after = await client.allocate({ sets: [web, { labels: { app: "api" } }] });
  assert.deepEqual(after.identities, [before.identities[0], 257]);
  assert.equal(await identity.stop(), 0, "SIGTERM ends it orderly");
});
