import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { suite, test } from "node:test";
import { connectLog } from "./connect.ts";
import { startNats } from "./start-nats.ts";

const info =
  'INFO {"server_id":"A","version":"2.10.0","max_payload":1048576,"proto":1,"headers":true,"jetstream":true}\r\n';

/** What a server does with a connection that it cannot serve, as one does that is killed in the middle. */
const ends: Readonly<Record<string, (socket: Socket) => void>> = {
  "resets it at once": (socket) => socket.resetAndDestroy(),
  "closes it at once": (socket) => socket.destroy(),
  "resets it after its first words": (socket) => {
    socket.write(info);
    socket.once("data", () => socket.resetAndDestroy());
  },
};

/** A door before a server, which does so with the first connections, and passes on the others. */
async function openDoor(url: string, first: number, end: (socket: Socket) => void) {
  let count = 0;
  const door = createServer((socket) => {
    socket.on("error", () => {});
    count += 1;
    if (count <= first) return end(socket);
    const behind = connect(Number(new URL(url).port), "127.0.0.1");
    behind.on("error", () => socket.destroy());
    socket.pipe(behind).pipe(socket);
    socket.once("close", () => behind.destroy());
  });
  await once(door.listen(0, "127.0.0.1"), "listening");
  return {
    url: `nats://127.0.0.1:${(door.address() as AddressInfo).port}`,
    count: () => count,
    [Symbol.dispose]: () => void door.close(),
  };
}

suite("a server that takes a connection and", () => {
  for (const [what, end] of Object.entries(ends)) {
    test(`${what} is tried again, and is unavailable when it goes on so`, { timeout: 60_000 }, async () => {
      await using nats = await startNats();
      const seed = nats.seed("admin");
      using first = await openDoor(nats.url, 1, end);
      await using log = await connectLog({ url: first.url, seed, name: "test" });
      assert.equal(await log.head(), 0);
      assert.equal(first.count(), 2);
      using always = await openDoor(nats.url, Number.POSITIVE_INFINITY, end);
      const trying = connectLog({ url: always.url, seed, name: "test", timeoutMs: 300 });
      await assert.rejects(trying, { code: "UNAVAILABLE", message: /^connecting to nats:/ });
    });
  }
});
