import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { connectLog } from "./connect.ts";
import { runningServer, startServer } from "./server.ts";
import { smallDisk } from "./small-disk.ts";

const skip = process.getuid?.() === 0 ? false : "mounts a tmpfs: needs root";

test("a server starts on a disk that is smaller than what its streams may come to hold", {
  skip,
}, async () => {
  using small = smallDisk(24);
  await using server = await startServer({ directory: join(small.path, "nats"), hosts: ["a"] });
  assert.equal(runningServer(server.directory), server.pid);
  await using log = await connectLog({ url: server.url, seed: server.seed("admin"), name: "test" });
  const reply = await log.nats.request("$JS.API.STREAM.INFO.WEFT_FLOWS");
  const { config } = reply.json<{ config: { max_bytes: number } }>();
  assert.equal(config.max_bytes, 3 * 2 ** 20, "flows fill an eighth of it, so that the log finds room");
});

test("a server that ends while its disk is full starts again there, and is found though it could not note its number", {
  skip,
}, async () => {
  using small = smallDisk(24);
  const directory = join(small.path, "nats");
  const first = await startServer({ directory, hosts: ["a"] });
  const port = Number(new URL(first.url).port);
  small.fill();
  await first.stop("SIGKILL");
  await using second = await startServer({ directory, hosts: ["a"], port });
  assert.notEqual(second.pid, first.pid);
  assert.equal(runningServer(directory), second.pid);
});
