import assert from "node:assert/strict";
import { renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isOlder, openDisk } from "./disk.ts";
import { serverPaths } from "./server.ts";
import { startNats } from "./start-nats.ts";
import { appendAll } from "./testing-events.ts";

test("versions are compared by their numbers", () => {
  assert.deepEqual(
    ["2.9.10", "v2.10.0", "2.10.25", "2.9.99-beta", "3.0.0", "unknown"].map((one) => isOlder(one, "2.10.0")),
    [true, false, false, true, false, false],
  );
});

test("the server has written an event to its file when it acknowledges it, so that syncing the file is enough", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const file = join(serverPaths(nats.directory).store, "jetstream/WEFT/streams/WEFT/msgs/1.blk");
  let before = 0;
  for (let n = 1; n <= 50; n += 1) {
    await appendAll(log, 1);
    const { size } = statSync(file);
    assert.ok(size > before, `${n}`);
    before = size;
  }
});

test("a writer that knows where the files are acknowledges nothing that it could not sync", async () => {
  await using nats = await startNats();
  const { store } = serverPaths(nats.directory);
  const log = await nats.connect("admin", { store });
  await appendAll(log, 3);
  const msgs = join(store, "jetstream/WEFT/streams/WEFT/msgs");
  renameSync(msgs, `${msgs}.away`);
  await assert.rejects(appendAll(log, 1), { code: "UNAVAILABLE", message: /may not be on disk/ });
  renameSync(`${msgs}.away`, msgs);
  assert.deepEqual(await appendAll(log, 1), [5]);
});

test("syncs that are asked for while one is under way share the next", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 3);
  const disk = openDisk(serverPaths(nats.directory).store);
  const first = disk.sync();
  const [second, third] = [disk.sync(), disk.sync()];
  assert.notEqual(first, second);
  assert.equal(second, third);
  await Promise.all([first, second, third]);
});

test("once a sync has failed, no later one succeeds before the server was restarted: the kernel tells only once", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 3);
  let server = "first";
  let failing = true;
  let calls = 0;
  const disk = openDisk(serverPaths(nats.directory).store, {
    server: () => server,
    async datasync() {
      calls += 1;
      if (!failing) return;
      failing = false;
      throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
    },
  });
  const lost = /\/msgs\/\d+\.blk: EIO: i\/o error, fdatasync; .* until nats-server was restarted$/;
  for (let time = 1; time <= 3; time += 1) await assert.rejects(disk.sync(), lost);
  await assert.rejects(Promise.all([disk.sync(), disk.sync()]), lost);
  assert.equal(calls, 1);
  server = "second";
  await disk.sync();
  assert.ok(calls > 1);
  disk.close();
});
