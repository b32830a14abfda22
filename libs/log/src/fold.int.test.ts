import assert from "node:assert/strict";
import { test } from "node:test";
import { serialize } from "node:v8";
import { jetstream } from "@nats-io/jetstream";
import { headers } from "@nats-io/transport-node";
import fc from "fast-check";
import { vocabulary } from "./events.ts";
import { type Folded, fold, type Projection } from "./fold.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import { startNats } from "./start-nats.ts";
import { snapshotsBucket } from "./streams.ts";
import { appendAll, collect } from "./testing-events.ts";

/** Counts the events of each subject, and how often it was asked to. */
function counter(version = 1) {
  const asked = { times: 0 };
  const projection: Projection<Map<string, number>> = {
    name: "counter",
    version,
    initial: () => new Map(),
    evolve(state, event) {
      asked.times += 1;
      return state.set(event.subject, (state.get(event.subject) ?? 0) + 1);
    },
  };
  return { asked, projection };
}

const what = async <State>(folding: Promise<Folded<State>>) => {
  const { state, revision } = await folding;
  return { state, revision };
};

const always = { snapshotEvery: 1 };
const never = { snapshotEvery: 0 };

test("snapshot and tail equal the full fold, at the head and at every revision", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  for (const subject of ["weft.log.identity", "weft.log.option.mesh", "weft.log.identity"]) {
    await appendAll(log, 20, { subject });
    const { projection } = counter();
    assert.deepEqual(await what(fold(log, projection, always)), await what(fold(log, projection, never)));
  }
  const events = await collect(log.read());
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 60 }),
      fc.constantFrom(0, 1, 25),
      async (at, snapshotEvery) => {
        const { projection } = counter();
        const expected = events.slice(0, at).reduce(projection.evolve, new Map<string, number>());
        assert.deepEqual(await what(fold(log, projection, { at, snapshotEvery })), {
          state: expected,
          revision: at,
        });
      },
    ),
    { numRuns: 30 },
  );
});

test("only the tail after a snapshot is replayed, and an older version's snapshot is not used", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 30);
  await fold(log, counter().projection, always);
  await appendAll(log, 5);
  const again = counter();
  assert.equal((await fold(log, again.projection, { snapshotEvery: 10 })).state.get("weft.log.identity"), 35);
  assert.equal(again.asked.times, 5);
  const newer = counter(2);
  await fold(log, newer.projection, { snapshotEvery: 100 });
  assert.equal(newer.asked.times, 35);
});

test("a snapshot that is damaged, ahead of the log, another's or unreadable is one that never was", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const other = await nats.connect("identity");
  await appendAll(log, 10);
  const id = (await log.idAt(9)) || "none";
  const at = (revision: number) => ({ revision, id, missing: 0 });
  const bucket = log.objects(snapshotsBucket);
  const name = `counter@1.${vocabulary}.${log.signer?.publicKey}`;
  const lie = serialize(new Map([["weft.log.identity", 99]]));
  const honest = { state: new Map([["weft.log.identity", 10]]), revision: 10 };
  const spoil: Record<string, () => Promise<unknown>> = {
    "ahead of the log": () => writeSnapshot(log, counter().projection, { mark: at(11), bytes: lie }),
    unreadable: () =>
      writeSnapshot(log, counter().projection, { mark: at(9), bytes: Uint8Array.of(1, 2, 3) }),
    unsigned: () => bucket.put(name, lie, { metadata: { revision: "9" } }),
    "without a revision": () => bucket.put(name, lie, { metadata: {} }),
    "of another log": () =>
      writeSnapshot(log, counter().projection, { mark: { ...at(9), id: crypto.randomUUID() }, bytes: lie }),
    "of before a part of the log was damaged": () =>
      writeSnapshot(log, counter().projection, { mark: { ...at(9), missing: 1 }, bytes: lie }),
    "of another": async () => {
      await writeSnapshot(other, counter().projection, { mark: at(9), bytes: lie });
      const info = await other
        .objects(snapshotsBucket)
        .info(`counter@1.${vocabulary}.${other.signer?.publicKey}`);
      await bucket.put(name, lie, { metadata: info?.metadata ?? {} });
    },
    damaged: async () => {
      await writeSnapshot(log, counter().projection, { mark: at(9), bytes: lie });
      const meta = Buffer.from(name).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
      log.nats.publish(`$O.${snapshotsBucket}.M.${meta}`, "not even JSON");
      await log.nats.flush();
    },
  };
  for (const [how, make] of Object.entries(spoil)) {
    await make();
    const { projection } = counter();
    assert.deepEqual(await what(fold(log, projection, { snapshotEvery: 100 })), honest, how);
  }
  assert.ok((await readSnapshot(other, counter().projection, 10)) !== undefined);
});

test("who may not save snapshots folds all the same", async () => {
  await using nats = await startNats();
  await appendAll(await nats.connect("admin"), 3);
  const { state } = await fold(await nats.connect("cli"), counter().projection, always);
  assert.equal(state.get("weft.log.identity"), 3);
});

test("a state in the past is what it was then, whatever came after", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const [first = 0] = await appendAll(log, 1);
  const then = (await collect(log.read({ from: first, to: first })))[0]?.time ?? new Date(0);
  await appendAll(log, 4, { subject: "weft.log.option.mesh" });
  const at = await log.revisionAt(new Date(then.getTime() - 1));
  assert.equal((await fold(log, counter().projection, { at })).state.size, 0);
});

test("an event of a newer version stops no fold and no snapshot, and the state may remember it", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 2);
  const head = headers();
  head.set("ce-type", "weft.v1.FromTheFuture");
  await jetstream(log.nats).publish("weft.log.option.mesh", new Uint8Array(), { headers: head });
  await appendAll(log, 1, { subject: "weft.log.ipam" });
  const { asked, projection } = counter();
  const unknown: unknown[] = [];
  const onUnknown = ({ revision }: { readonly revision: number }, type: string) => {
    unknown.push([revision, type]);
  };
  const noting = {
    ...projection,
    pass: (state: ReadonlyMap<string, number>, { revision }: { readonly revision: number }) =>
      new Map([...state, ["passed", revision]]),
  };
  for (const _ of [1, 2]) {
    const { state, revision } = await fold(log, noting, { ...always, onUnknown });
    assert.deepEqual(
      [Object.fromEntries(state), revision],
      [{ "weft.log.identity": 2, passed: 3, "weft.log.ipam": 1 }, 4],
    );
    // The second time, a snapshot tells of it.
    assert.deepEqual(unknown, [[3, "weft.v1.FromTheFuture"]]);
  }
  assert.equal(asked.times, 3);
});
