import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { openAggregate } from "./aggregate.ts";
import { connectLog } from "./connect.ts";
import { type Folded, fold, type Projection } from "./fold.ts";
import { keepFold } from "./kept-fold.ts";
import { Trail } from "./mark.ts";
import { LogReplaced } from "./replaced.ts";
import { serverPaths, startServer } from "./server.ts";
import { startNats } from "./start-nats.ts";
import { backUp, cutTail, spoil, whileDown } from "./testing-damage.ts";
import { appendAll, collect, numberDecider, until } from "./testing-events.ts";
import type { Log, Recorded } from "./types.ts";

const subject = "weft.log.option.mesh";
const ids: Projection<string[]> = {
  name: "ids",
  version: 1,
  initial: () => [],
  evolve: (state, event) => [...state, event.id],
};
const fresh = { snapshotEvery: 0 };

async function onRecord(log: Log): Promise<string[]> {
  return (await fold(log, ids, fresh)).state;
}

/** Follows until the log is not the one that was followed; then everything it needs to say so. */
function followUntilReplaced(log: Log, start: Folded<string[]>) {
  const stop = AbortSignal.timeout(60_000);
  const seen: Recorded[] = [];
  let caughtUp = 0;
  const request = { trail: start.trail, signal: stop, onCaughtUp: (at: number) => (caughtUp = at) };
  const fault = (async () => {
    try {
      for await (const event of log.follow(request)) seen.push(event);
    } catch (error) {
      return error;
    }
    return undefined;
  })();
  return { seen, fault, caughtUp: () => caughtUp };
}

type Case = {
  readonly what: string;
  /** Done to the files of the stopped server; `backup` puts back what was there after 20 of 40 events. */
  readonly damage: (directory: string, backup: () => void) => void;
  /** Appended by others before the follower is back. */
  readonly grown: number;
  /** What the follower says. */
  readonly says: RegExp;
};

const cases: readonly Case[] = [
  {
    what: "the tail of the last block is cut",
    damage: (directory) => cutTail(directory, 900),
    grown: 0,
    says: /^the log lost events? [\d.]*40: it ends at revision 3\d$/,
  },
  {
    what: "the tail is cut and the log has grown past it",
    damage: (directory) => cutTail(directory, 900),
    grown: 30,
    says: /^the log lost events? [\d.]*40: from revision (3\d|40) to \d\d it has others/,
  },
  {
    what: "an older backup is restored",
    damage: (_, backup) => backup(),
    grown: 0,
    says: /^the log lost events 21\.\.40: it ends at revision 20$/,
  },
  {
    what: "an older backup is restored and has as many events again",
    damage: (_, backup) => backup(),
    grown: 20,
    says: /^the log lost events 21\.\.40: from revision 21 to 40 it has others/,
  },
  {
    what: "an older backup is restored and has grown past what was there",
    damage: (_, backup) => backup(),
    grown: 50,
    says: /^the log lost events 21\.\.40: from revision 21 to 70 it has others/,
  },
  {
    what: "a part in the middle is damaged",
    damage: (directory) => spoil(directory, "damage-me"),
    grown: 0,
    says: /^the log lost/,
  },
];

for (const { what, damage, grown, says } of cases) {
  test(`fold, follower, snapshot and aggregate notice that ${what}, and start anew`, async () => {
    await using nats = await startNats();
    const told: LogReplaced[] = [];
    const onReplaced = (error: LogReplaced) => void told.push(error);
    const [writer, reader] = [await nats.connect("admin"), await nats.connect("cli", { onReplaced })];
    await appendAll(writer, 10, { subject });
    await markedEvent(writer);
    await appendAll(writer, 9, { subject });
    await nats.kill();
    const backup = backUp(nats.directory);
    await nats.restart();
    await appendAll(writer, 20, { subject });

    await fold(writer, ids, { snapshotEvery: 1 });
    const start = await fold(reader, ids, fresh);
    assert.equal(start.revision, 40);
    const held = await fold(reader, ids, fresh);
    const keep = keepFold(reader, ids, fresh);
    await keep();
    const following = followUntilReplaced(reader, start);
    await until("it follows", () => following.caughtUp() === 40);

    await nats.kill();
    damage(nats.directory, backup);
    // Where the follower does not find it, others go on.
    if (grown > 0) {
      await using elsewhere = await startServer({ directory: nats.directory, port: await freePort() });
      const { url, seed } = elsewhere;
      await using log = await connectLog({ url, seed: seed("admin"), name: "weft/admin" });
      await appendAll(log, grown, { subject });
    }
    await nats.restart();
    const other = await nats.connect("admin");

    const fault = await following.fault;
    assert.ok(fault instanceof LogReplaced, String(fault));
    assert.match(fault.message, says);
    assert.equal(fault.known, 40);
    assert.ok(told.length > 0);
    await assert.rejects(reader.check(held.trail), LogReplaced);
    const now = await onRecord(other);
    assert.ok(now.length < 40 + grown);
    assert.deepEqual((await keep()).state, now);
    assert.deepEqual((await fold(writer, ids)).state, now, "the snapshot is of the log as it was");
    // And it goes on.
    await appendAll(other, 3, { subject });
    assert.deepEqual((await keep()).state, await onRecord(other));
  });
}

test("a follower of the log of one mesh is not content with that of another", async () => {
  await using first = await startNats();
  await using second = await startNats();
  const [one, other] = [await first.connect("admin"), await second.connect("admin")];
  await appendAll(one, 5, { subject });
  await appendAll(other, 8, { subject });
  const { trail } = await fold(one, ids, fresh);
  await assert.rejects(collect(other.follow({ trail })), /^LogReplaced: this is another log/);
});

test("a stream that is replaced while nobody is disconnected is noticed, busy or quiet", async () => {
  for (const busy of [false, true]) {
    await using nats = await startNats();
    const log = await nats.connect("admin", { headCheckMs: 20 });
    await appendAll(log, 30, { subject });
    const following = followUntilReplaced(log, await fold(log, ids, fresh));
    await until("it follows", () => following.caughtUp() === 30);
    await log.nats.request("$JS.API.STREAM.DELETE.WEFT");
    await log.ensure();
    await appendAll(log, busy ? 40 : 30, { subject });
    const fault = await following.fault;
    // Between the two there was no stream at all, which is also a reason to stop.
    assert.ok(fault instanceof Error, String(fault));
    assert.equal(following.seen.length, 0);
  }
});

test("an aggregate decides on nothing that was lost, and its next event stands on what is on record", async () => {
  await using nats = await startNats();
  const [one, two] = [await nats.connect("admin"), await nats.connect("identity")];
  const options = { subject: "weft.log.identity", decider: numberDecider() };
  const [aggregate, rival] = [await openAggregate(one, options), await openAggregate(two, options)];
  const by = { actor: "test", cause: "test" };
  for (let n = 0; n < 20; n += 1) await aggregate.execute({ kind: "Take" }, by);
  await rival.refresh();
  await whileDown(nats, (directory) => cutTail(directory, 900));
  const left = (await rival.refresh()).size;
  assert.ok(left < 20);
  // The numbers of the lost events are given to others, on the same revisions.
  for (let n = left; n < 20; n += 1) await rival.execute({ kind: "Take" }, by);
  const given = await rival.execute({ kind: "Give", identity: 20 }, by);
  const { state, revision, id } = await aggregate.execute({ kind: "Take" }, by);
  assert.deepEqual([state.size, revision, id], [20, given.revision + 1, await one.idAt(revision)]);
  // What is on record already is not said to be because it once was.
  await whileDown(nats, (directory) => cutTail(directory, 300));
  const again = await aggregate.execute({ kind: "Take" }, by);
  assert.equal(again.id, await one.idAt(again.revision));
  assert.deepEqual([...again.state], [...(await openAggregate(one, options)).state()]);
});

test("an append that expects an event which is lost is refused, not tried for ever", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const revisions = await appendAll(log, 10, { subject });
  await whileDown(nats, (directory) => cutTail(directory, 900));
  await assert.rejects(appendAll(log, 1, { subject, expected: revisions.at(-1) ?? 0 }), { code: "ABORTED" });
});

test("a damaged part neither hangs nor hides what comes after it, and subjects before it are known", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await fill(log, 40);
  const whole = await collect(log.read());
  await whileDown(nats, (directory) => spoil(directory, "damage-me"));
  const again = await nats.connect("admin");
  const left = await collect(again.read());
  assert.ok(left.length < whole.length);
  assert.equal(left.at(-1)?.revision, whole.length);
  for (const { subject: each, revision } of left) assert.equal((await again.last(each))?.revision, revision);
  const stop = new AbortController();
  const followed: number[] = [];
  const trail = new Trail();
  const request = { trail, signal: stop.signal, onCaughtUp: () => stop.abort() };
  for await (const { revision } of again.follow(request)) followed.push(revision);
  assert.deepEqual(
    followed,
    left.map(({ revision }) => revision),
  );
  assert.equal(trail.missing, whole.length - left.length);
});

test("a server that promises events which it cannot read does not stop a reader", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 5, { subject });
  await markedEvent(log);
  await appendAll(log, 5, { subject });
  await nats.kill();
  spoil(nats.directory, "damage-me");
  // As it is started by who does not know of its index.
  const server = spawn("nats-server", ["-c", serverPaths(nats.directory).config], { stdio: "ignore" });
  try {
    const { url } = nats;
    await using reader = await connectLog({ url, seed: nats.seed("cli"), name: "weft/cli" });
    const left = await collect(reader.read());
    assert.deepEqual(
      left.map(({ revision }) => revision),
      [1, 2, 3, 4, 5],
    );
  } finally {
    server.kill();
    await once(server, "exit");
  }
});

for (const [what, at] of [
  ["data", 60],
  ["sequence", -10],
] as const) {
  test(`after damage to the ${what} of an event the server gives numbers that go on from what is left`, async () => {
    await using nats = await startNats();
    const log = await nats.connect("admin");
    await appendAll(log, 20, { subject });
    await markedEvent(log);
    await appendAll(log, 20, { subject });
    await whileDown(nats, (directory) => spoil(directory, "weft.log.option.mark", at));
    const again = await nats.connect("admin");
    assert.equal(await again.head(), 20);
    assert.deepEqual(await appendAll(again, 3, { subject }), [21, 22, 23]);
    await assert.rejects(appendAll(again, 1, { subject, expected: 0 }), { code: "ABORTED" });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

/** An event whose bytes a test can find. */
async function markedEvent(log: Log, padding = ""): Promise<void> {
  const event = {
    type: "OptionsSet",
    data: { scope: "mark", values: { n: `damage-me${padding}` } },
  } as const;
  await log.append({ subject: "weft.log.option.mark", event, expected: 0, actor: "test", cause: "test" });
}

/** Enough for several blocks, of 8 MB each, with a marked event in the second. */
async function fill(log: Log, count: number): Promise<void> {
  const values = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`k${n}`, "x".repeat(2_000)]));
  for (let n = 0; n < count; n += 1) {
    if (n === count / 2) await markedEvent(log);
    const event = { type: "OptionsSet", data: { scope: `s${n}`, values } } as const;
    await log.append({ subject: `weft.log.option.s${n}`, event, expected: 0, actor: "test", cause: "test" });
  }
}
