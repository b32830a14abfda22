import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("a seed that cannot be read, or is none, and a variable of OpenTelemetry that means nothing end a start with status 2, by name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weft-seed-"));
  const file = join(folder, "seed");
  const start = (env: Readonly<Record<string, string>> = {}) =>
    startService({
      main: new URL("../test/faulty-ipam.ts", import.meta.url),
      name: "ipam",
      natsUrl: "nats://127.0.0.1:1",
      seedFile: file,
      env,
    });
  try {
    const told = `it ended with 2: weft-ipam: WEFT_NATS_SEED_FILE: ${file}: `;
    await assert.rejects(start, (error: Error) => error.message.startsWith(`${told}ENOENT`));
    writeFileSync(file, "SUSECRET");
    await assert.rejects(start, (error: Error) =>
      error.message.startsWith(`${told}the nkey seed is not one`),
    );
    await assert.rejects(start, (error: Error) => !error.message.includes("SUSECRET"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
