import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { openAggregate } from "./aggregate.ts";
import { startNats } from "./start-nats.ts";
import { collect, numberDecider } from "./testing-events.ts";
import type { Log } from "./types.ts";

const subject = "weft.log.identity";

function open(log: Log, limit?: number) {
  return openAggregate(log, { subject, decider: numberDecider(limit) });
}

test("two writers racing a thousand commands lose no update and hand out nothing twice", async () => {
  await using nats = await startNats();
  const [left, right] = [
    await open(await nats.connect("identity")),
    await open(await nats.connect("identity")),
  ];
  const taken: number[] = [];
  const race = async (aggregate: Awaited<ReturnType<typeof open>>, inFlight: number) => {
    const work = async () => {
      for (let n = 0; n < 500 / inFlight; n += 1) {
        const { event } = await aggregate.execute({ kind: "Take" }, { actor: "test", cause: "test" });
        assert.ok(event?.type === "IdentitiesAllocated");
        for (const { identity } of event.data.allocations) taken.push(identity);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, work));
  };
  await Promise.all([race(left, 1), race(right, 4)]);
  assert.equal(taken.length, 1000);
  assert.equal(new Set(taken).size, 1000);
  await Promise.all([left.refresh(), right.refresh()]);
  assert.deepEqual(left.state(), right.state());
  assert.equal(left.state().size, 1000);
  const log = await nats.connect("cli");
  assert.equal((await collect(log.read({ subject }))).length, 1000);
  assert.deepEqual((await open(log)).state(), left.state());
});

test("an answer without an event is given from the newest state, never from a stale one", async () => {
  await using nats = await startNats();
  const left = await open(await nats.connect("identity"), 1);
  const right = await open(await nats.connect("identity"), 1);
  const take = { kind: "Take" } as const;
  const asked = { actor: "test", cause: "test" };
  await left.execute(take, asked);
  // right believes that nothing is taken and there is nothing to give back.
  const given = await right.execute({ kind: "Give", identity: 1 }, asked);
  assert.equal(given.event?.type, "IdentitiesReleased");
  assert.equal(given.state.size, 0);
  // left believes that everything is taken.
  const again = await left.execute(take, asked);
  assert.equal(again.revision, 3);
  await assert.rejects(right.execute(take, asked), (error) => isWeftError(error, "RESOURCE_EXHAUSTED"));
  const idle = await right.execute({ kind: "Give", identity: 5 }, asked);
  assert.deepEqual([idle.event, idle.revision], [undefined, 3]);
});

test("a command that its caller gave up appends nothing and does not hold up the next", async () => {
  await using nats = await startNats();
  const aggregate = await open(await nats.connect("identity"));
  const take = { kind: "Take" } as const;
  const givenUp = aggregate.execute(take, { actor: "test", cause: "test", signal: AbortSignal.abort() });
  const next = aggregate.execute(take, { actor: "test", cause: "test" });
  await assert.rejects(givenUp, (error) => isWeftError(error, "CANCELLED"));
  assert.equal((await next).revision, 1);
});
