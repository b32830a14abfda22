import assert from "node:assert/strict";
import { test } from "node:test";
import { startNats } from "@weft/log/testing";
import { connect } from "@weft/rpc";
import { startService } from "@weft/rpc/testing";
import { startBlackHole } from "@weft/telemetry/testing";

test("a collector that never answers keeps a service neither from answering nor from ending", {
  timeout: 60_000,
}, async () => {
  await using nats = await startNats();
  await using hole = await startBlackHole();
  await using identity = await startService({
    main: new URL("./main.ts", import.meta.url),
    name: "identity",
    natsUrl: nats.url,
    seedFile: `${nats.directory}/seeds/identity.seed`,
    // Who waited for it would wait longer than the test.
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: hole.url, OTEL_EXPORTER_OTLP_TIMEOUT: "600000" },
  });
  using client = connect("Identity", identity.socket, { actor: "test" });
  for (let n = 0; n < 100; n += 1) await client.allocate({ sets: [{ labels: { app: `${n}` } }] });
  assert.equal(await identity.stop(), 0);
});
