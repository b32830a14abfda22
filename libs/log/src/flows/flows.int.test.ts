import assert from "node:assert/strict";
import { test } from "node:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { isWeftError } from "@weft/netaddr";
import { startNats } from "../start-nats.ts";
import { flowStream } from "../streams.ts";
import { collect, until } from "../testing-events.ts";
import { noLoss } from "./flow.ts";
import { flowById, readFlows } from "./read.ts";
import { newFlow } from "./testing.ts";
import { encodeFlows } from "./wire.ts";

const batch = (host: string, ...ports: number[]) =>
  encodeFlows(host, { flows: ports.map((destinationPort) => newFlow({ destinationPort })), lost: noLoss });

const denied = (error: unknown) => isWeftError(error, "PERMISSION_DENIED");

test("the stream of flows is bounded in bytes and time, on file, and loses the oldest", async () => {
  await using nats = await startNats();
  const admin = await nats.connect("admin");
  const manager = await jetstreamManager(admin.nats);
  const { config } = await manager.streams.info(flowStream);
  assert.deepEqual(
    [config.max_bytes, config.max_age, config.discard, config.storage, config.retention],
    [256 * 2 ** 20, 48 * 3_600 * 1e9, "old", "file", "limits"],
  );
});

test("a loader publishes the flows of its own host and nobody else does; people read them, and no service", async () => {
  await using nats = await startNats();
  const loader = await nats.connect("loader-a");
  assert.equal(await loader.flows.publish("a", batch("a", 80), "1"), 1);
  for (const user of ["loader-b", "identity", "ipam", "compiler", "lb", "cli"]) {
    const other = await nats.connect(user);
    await assert.rejects(other.flows.publish("a", batch("a", 80), user), denied, user);
    const reading = collect(readFlows(other));
    if (user === "cli") assert.equal((await reading).length, 1);
    else await assert.rejects(reading, denied, user);
    const consumer = other.nats.request(`$JS.API.CONSUMER.CREATE.${flowStream}.c`, "{}", { timeout: 5_000 });
    await assert.rejects(consumer, /[Pp]ermissions [Vv]iolation/, user);
  }
});

test("batches are read in order, by host, once though handed in twice, and while new ones come", async () => {
  await using nats = await startNats();
  const [a, b, reader] = [
    await nats.connect("loader-a"),
    await nats.connect("loader-b"),
    await nats.connect("cli"),
  ];
  await a.flows.publish("a", batch("a", 1, 2), "one");
  assert.equal(await a.flows.publish("a", batch("a", 1, 2), "one"), 1, "the same message");
  await b.flows.publish("b", batch("b", 3), "one of b");
  const read = await collect(readFlows(reader));
  assert.deepEqual(
    read.map(({ id, host, destinationPort }) => [id, host, destinationPort]),
    [
      ["1.0", "a", 1],
      ["1.1", "a", 2],
      ["2.0", "b", 3],
    ],
  );
  assert.equal((await flowById(reader, "1.1"))?.destinationPort, 2);
  assert.equal(await flowById(reader, "3.0"), undefined);
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const flow of readFlows(reader, { follow: true, last: 1, signal: stop.signal })) {
    seen.push(flow.destinationPort);
    if (seen.length === 1) {
      await nats.kill();
      await nats.restart();
      // On a lost connection nobody knows whether it was stored; handed in again it is stored once.
      await until("it is stored", () =>
        a.flows.publish("a", batch("a", 4), "after").then(Boolean, () => false),
      );
    } else stop.abort();
  }
  assert.deepEqual(seen, [3, 4], "a follower outlives the server");
});
