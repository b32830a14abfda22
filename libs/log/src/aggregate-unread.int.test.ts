import assert from "node:assert/strict";
import { test } from "node:test";
import { openAggregate } from "./aggregate.ts";
import { encodeEvent } from "./events.ts";
import { forge } from "./forge.ts";
import { startNats } from "./start-nats.ts";
import { allocated, numberDecider } from "./testing-events.ts";

const subject = "weft.log.identity";
const who = { actor: "test", cause: "test" };

test("whatever is on a subject and cannot be taken stops no aggregate: it is told of, and the next event comes after it", async () => {
  await using nats = await startNats();
  const log = await nats.connect("identity");
  const decider = numberDecider();
  const picky: typeof decider = {
    ...decider,
    evolve(state, event, revision) {
      if (event.type === "IdentitiesAllocated" && event.data.allocations.length === 0)
        throw new Error("an allocation of nothing");
      return decider.evolve(state, event, revision);
    },
  };
  const told: string[] = [];
  const open = () =>
    openAggregate(
      { ...log, onUnknown: ({ revision }, _, { kind }) => told.push(`${revision} ${kind}`) },
      { subject, decider: picky },
    );
  const held = await open();
  await held.execute({ kind: "Take" }, who);
  const spoil = [
    { type: "weft.v1.IdentitiesAllocated", data: encodeEvent({ type: "IdentitiesAllocated", data: {} }) },
    { type: "weft.v1.FromTheFuture", data: Uint8Array.of(8, 1) },
    { type: "weft.v1.IdentitiesReleased", data: Uint8Array.of(10, 200) },
  ];
  for (const one of spoil) {
    await forge(log, { subject, ...one });
    for (const aggregate of [held, await open()]) {
      const again = await aggregate.execute({ kind: "Take" }, who);
      assert.equal(aggregate.revision(), again.revision);
    }
    // What changes nothing answers where the state is on record, and not what was passed after it.
    await forge(log, { subject, ...one });
    const { revision, event } = await held.execute({ kind: "Give", identity: 99 }, who);
    assert.deepEqual([event, revision], [undefined, held.revision()]);
    assert.ok(revision < (await log.head()));
  }
  assert.equal(held.state().size, 1 + 2 * spoil.length);
  assert.deepEqual(
    [...held.state()].sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7],
  );
  assert.ok(told.some((one) => one.endsWith("invalid")));
  const last = await log.last(subject);
  assert.deepEqual(last?.type === "IdentitiesAllocated" && last.data, allocated(7).data);
  assert.equal(last?.revision, held.revision());
});
