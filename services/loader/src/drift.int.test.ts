import assert from "node:assert/strict";
import { test } from "node:test";
import { type Log, openAggregate, subjects } from "@weft/log";
import { startNats } from "@weft/log/testing";
import { hostDecider } from "./domain/host.ts";
import type { Operation } from "./domain/operation.ts";
import { mostOperations, openDriftRecord } from "./drift.ts";

const cleared = (count: number): Operation[] =>
  Array.from({ length: count }, (_, slot) => ({ kind: "slot_clear", slot }));

async function join(log: Log) {
  const host = await openAggregate(log, { subject: subjects.host("h1"), decider: hostDecider });
  const data = { host: "h1", attach: "tcx" };
  const asked = { actor: "test", cause: "test" };
  await host.execute({ kind: "state", data }, asked);
  return { again: () => host.execute({ kind: "state", data }, asked) };
}

/** The repairs on record, once there are so many. */
async function repairs(log: Log, count: number) {
  const found = [];
  for await (const event of log.follow({
    subject: subjects.host("h1"),
    signal: AbortSignal.timeout(10_000),
  })) {
    if (event.type === "DriftRepaired") found.push(event.data);
    if (found.length === count) return found;
  }
  throw new Error(`${found.length} repairs on record`);
}

test("many repairs in quick succession are two events of bounded size that count them all", async () => {
  await using nats = await startNats({ hosts: ["h1"] });
  const log = await nats.connect("loader-h1");
  const host = await join(log);
  const onFault = (error: unknown) => assert.fail(String(error));
  await using record = openDriftRecord({ log, host: "h1", actor: "test", onFault });
  record.repaired(cleared(2));
  for (let n = 0; n < 50; n += 1) record.repaired(cleared(10));
  const [first, second] = await repairs(log, 2);
  assert.deepEqual(first?.operations, ["clear slot 0", "clear slot 1"]);
  assert.equal(second?.operations.length, mostOperations);
  assert.equal((second?.operations.length ?? 0) + (second?.omitted ?? 0), 500);
  // A repair says nothing of how the host is.
  assert.equal((await host.again()).event, undefined);
});

test("a repair that the log did not take is on record when it does", async () => {
  await using nats = await startNats({ hosts: ["h1"] });
  const log = await nats.connect("loader-h1");
  await join(log);
  let faults = 0;
  const away: Log = Object.create(log, {
    append: {
      value: (request: Parameters<Log["append"]>[0]) => {
        if (faults < 2) throw new Error("away");
        return log.append(request);
      },
    },
  });
  const onFault = (): void => {
    faults += 1;
  };
  await using record = openDriftRecord({ log: away, host: "h1", actor: "test", onFault, intervalMs: 1 });
  record.repaired(cleared(1));
  const [only] = await repairs(log, 1);
  assert.deepEqual([only?.operations, only?.omitted, faults], [["clear slot 0"], 0, 2]);
});
