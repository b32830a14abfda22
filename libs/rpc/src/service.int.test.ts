import assert from "node:assert/strict";
import { test } from "node:test";
import { startNats } from "@weft/log/testing";
import { connect } from "./index.ts";
import { startService } from "./testing.ts";

test("a service goes on when a full disk fails what nobody catches, and ends at any other fault, to be started again", async () => {
  await using nats = await startNats();
  await using ipam = await startService({
    main: new URL("../test/faulty-ipam.ts", import.meta.url),
    name: "ipam",
    natsUrl: nats.url,
    seedFile: `${nats.directory}/seeds/ipam.seed`,
  });
  using client = connect("Ipam", ipam.socket);
  for (let call = 0; call < 3; call += 1) await client.definePool({});
  await client.release({ host: "h1", owners: ["o"] }).catch(() => undefined);
  await assert.rejects(async () => {
    for (let call = 0; call < 1_000; call += 1) await client.definePool({});
  });
  assert.equal(await ipam.stop(), 1);
});
