import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { addLoss, type FlowLoss, noLoss, readFlows } from "@weft/log";
import { newFlow, startNats } from "@weft/log/testing";
import { openOutbox } from "./outbox.ts";

async function until(what: string, holds: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  while (!holds()) {
    if (signal.aborted) throw new Error(`waited in vain: ${what}`);
    await delay(10);
  }
}

test("a server that was away gets what waited, once, and hears of what did not fit", async () => {
  await using nats = await startNats({ hosts: ["a"] });
  const loader = await nats.connect("loader-a");
  const faults: string[] = [];
  await using outbox = openOutbox({
    host: "a",
    publish: loader.flows.publish,
    onFault: ({ code }) => faults.push(code),
    most: 3,
    retryMs: 20,
  });
  outbox.put([newFlow({ destinationPort: 1 })]);
  await until("the first is published", () => outbox.totals().recorded === 1);
  await nats.kill();
  outbox.put([newFlow({ destinationPort: 2 })]);
  await until("its absence is noticed", () => faults.length > 0);
  for (const port of [3, 4, 5, 6]) outbox.put([newFlow({ destinationPort: port, count: 10 })]);
  assert.equal(outbox.totals().lost.unpublished, 20);
  await nats.restart();
  await until("what waited is published", () => outbox.totals().recorded === 22);
  outbox.put([newFlow({ destinationPort: 7 })]);
  await until("what comes is published", () => outbox.totals().recorded === 23);
  let lost: FlowLoss = noLoss;
  const onLost = (_: string, more: FlowLoss) => {
    lost = addLoss(lost, more);
  };
  const flows = await Array.fromAsync(readFlows(await nats.connect("cli"), { onLost }));
  assert.deepEqual(
    flows.map(({ destinationPort }) => destinationPort),
    [1, 2, 3, 4, 7],
  );
  assert.deepEqual(lost, { ...noLoss, unpublished: 20, drops: 20 });
  assert.deepEqual(new Set(faults), new Set(["UNAVAILABLE"]));
});
