import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startNats } from "@weft/log/testing";
import { connect } from "@weft/rpc";
import { startService } from "@weft/rpc/testing";

const run = promisify(execFile);
const buf = fileURLToPath(new URL("../../../node_modules/.bin/buf", import.meta.url));

async function health(socket: string): Promise<string> {
  const transport = ["--protocol", "grpc", "--http2-prior-knowledge", "--unix-socket", socket];
  const { stdout } = await run(buf, [
    "curl",
    ...transport,
    "-d",
    "{}",
    "http://localhost/grpc.health.v1.Health/Check",
  ]);
  return JSON.parse(stdout).status;
}

/** Asks again until the answer is the wanted one, for 10 s at most. */
async function until(wanted: string, ask: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (let answer = await ask(); answer !== wanted; answer = await ask()) {
    assert.ok(Date.now() < deadline, `still ${answer} after 10 s`);
  }
}

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
  assert.equal(await health(identity.socket), "SERVING");

  await nats.kill();
  await until("NOT_SERVING", () => health(identity.socket));
  await nats.restart();
  await until("SERVING", () => health(identity.socket));

  const after = await client.allocate({ sets: [web, { labels: { app: "api" } }] });
  assert.deepEqual(after.identities, [before.identities[0], 257]);
  assert.equal(await identity.stop(), 0, "SIGTERM ends it orderly");
});
