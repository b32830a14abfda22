import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeFlows, type FlowLoss, noLoss } from "@weft/log";
import { flowEnd, newFlow } from "@weft/log/testing";
import { WeftError } from "@weft/netaddr";
import { type OutboxOptions, openOutbox } from "./outbox.ts";

const away = new WeftError("UNAVAILABLE", "nobody answers");

/** An outbox whose stream can be away. */
function open(more: Partial<OutboxOptions> = {}) {
  const stored = new Map<string, ReturnType<typeof decodeFlows>>();
  const faults: string[] = [];
  const state: { failure: WeftError | undefined; tries: number } = { failure: undefined, tries: 0 };
  const outbox = openOutbox({
    host: "a",
    retryMs: 1,
    async publish(host, data, id) {
      state.tries += 1;
      if (state.failure !== undefined) throw state.failure;
      stored.set(id, decodeFlows(stored.size + 1, host, data));
      return stored.size;
    },
    onFault: ({ code }) => faults.push(code),
    ...more,
  });
  const batches = () => [...stored.values()];
  return { outbox, state, faults, batches, [Symbol.asyncDispose]: () => outbox[Symbol.asyncDispose]() };
}

async function until(holds: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  while (!holds()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const loss = (more: Partial<FlowLoss>): FlowLoss => ({ ...noLoss, ...more });

test("while the stream is away so many batches wait, and the packets of the others are counted", async () => {
  await using stream = open({ most: 2 });
  stream.state.failure = away;
  for (let n = 1; n <= 4; n += 1) {
    stream.outbox.put([
      newFlow({ destinationPort: n, count: 10 }),
      newFlow({ verdict: "FORWARDED", count: 5 }),
    ]);
  }
  await until(() => stream.state.tries > 2);
  assert.deepEqual(stream.outbox.totals(), { recorded: 0, lost: loss({ unpublished: 30, drops: 20 }) });
  stream.state.failure = undefined;
  await until(() => stream.outbox.totals().recorded === 30);
  const told = stream.batches().map(({ flows, lost }) => [flows[0]?.destinationPort, lost]);
  assert.deepEqual(told, [
    [1, loss({ unpublished: 30, drops: 20 })],
    [2, noLoss],
  ]);
  assert.deepEqual(stream.outbox.totals().recorded, 30);
  assert.deepEqual(stream.faults, ["UNAVAILABLE"], "told once");
});

test("losses are told with the next flows, or alone when none come", async () => {
  await using stream = open();
  stream.outbox.lose(loss({ suppressed: 7, drops: 7 }));
  await until(() => stream.batches().length === 1);
  stream.outbox.lose(noLoss);
  stream.outbox.put([newFlow()]);
  await until(() => stream.batches().length === 2);
  assert.deepEqual(
    stream.batches().map(({ flows, lost }) => [flows.length, lost.suppressed]),
    [
      [0, 7],
      [1, 0],
    ],
  );
});

test("what the stream will never take is lost, counted, and does not stop the rest", async () => {
  await using stream = open();
  stream.state.failure = new WeftError("PERMISSION_DENIED", "not yours");
  stream.outbox.put([newFlow({ count: 3 })]);
  await until(() => stream.faults.length === 1);
  stream.state.failure = undefined;
  stream.outbox.put([newFlow({ count: 4 })]);
  await until(() => stream.outbox.totals().recorded === 4);
  assert.equal(stream.outbox.totals().lost.unpublished, 3);
  assert.equal(
    stream.batches().reduce((sum, { lost }) => sum + lost.unpublished, 0),
    3,
  );
});

test("a batch with too much in it for one message goes in several", async () => {
  await using stream = open();
  const labels = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`l${n}`, "x".repeat(60)]));
  const flows = Array.from({ length: 256 }, (_, n) => {
    return newFlow({ source: flowEnd(`c${n}`, `fd00::${n.toString(16)}`, { labels }) });
  });
  stream.outbox.put(flows);
  await until(() => stream.outbox.totals().recorded === 256);
  assert.ok(stream.batches().length > 1);
  assert.equal(
    stream.batches().reduce((sum, one) => sum + one.flows.length, 0),
    256,
  );
});

test("what was put in before the end is still published, and nothing waits for a stream that is away", async () => {
  const well = open();
  well.outbox.put([newFlow()]);
  await well[Symbol.asyncDispose]();
  assert.equal(well.batches().length, 1);
  const ill = open({ retryMs: 60_000 });
  ill.state.failure = away;
  ill.outbox.put([newFlow()]);
  await until(() => ill.faults.length === 1);
  await ill[Symbol.asyncDispose]();
  assert.equal(ill.outbox.totals().lost.unpublished, 1);
});
