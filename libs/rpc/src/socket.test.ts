import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { bindSocket } from "./socket.ts";
import { temporary } from "./test-server.ts";

function listen(server: Server): (path: string) => Promise<void> {
  return (path) => new Promise((resolve, reject) => server.once("error", reject).listen(path, resolve));
}

test("a socket is for its user alone, and nothing else is left beside it", async () => {
  using directory = temporary();
  const path = join(directory.path, "sockets", "a.sock");
  const server = createServer();
  const bound = await bindSocket(path, listen(server));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(directory.path, "sockets")).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(join(directory.path, "sockets")), ["a.sock"]);
  await bound.remove();
  server.close();
  assert.ok(!existsSync(path));
});

test("a path that a killed server left is taken over, and the old owner does not remove it", async () => {
  using directory = temporary();
  const path = join(directory.path, "a.sock");
  const old = createServer();
  const oldBound = await bindSocket(path, listen(old));
  await new Promise((resolve) => old.close(resolve));
  assert.ok(existsSync(path), "as after SIGKILL: the path is there, nobody answers");
  const next = createServer();
  const bound = await bindSocket(path, listen(next));
  await oldBound.remove();
  assert.ok(existsSync(path));
  await bound.remove();
  next.close();
});

test("a path with a live server is refused, and the live one stays", async () => {
  using directory = temporary();
  const path = join(directory.path, "a.sock");
  const live = createServer();
  const bound = await bindSocket(path, listen(live));
  const second = createServer();
  await assert.rejects(bindSocket(path, listen(second)), { code: "FAILED_PRECONDITION" });
  assert.ok(existsSync(path));
  second.close();
  await bound.remove();
  live.close();
});

test("a file that is no socket is never removed", async () => {
  using directory = temporary();
  const path = join(directory.path, "a.sock");
  writeFileSync(path, "precious");
  const server = createServer();
  await assert.rejects(bindSocket(path, listen(server)), /not a socket/);
  assert.ok(existsSync(path));
  server.close();
});

test("a path that Linux cannot bind is refused with the limit", async () => {
  using directory = temporary();
  const path = join(directory.path, "x".repeat(100), "a.sock");
  await assert.rejects(
    bindSocket(path, () => Promise.reject(new Error("not reached"))),
    { code: "INVALID_ARGUMENT", field: "socket" },
  );
});
