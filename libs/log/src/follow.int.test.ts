import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { openCore } from "./connection.ts";
import type { Core } from "./core.ts";
import { type FollowSource, follow, logSource } from "./follow.ts";
import { startNats, type TestNats } from "./start-nats.ts";
import { allocated, appendAll, collect, until } from "./testing-events.ts";
import type { FollowRequest, Log, Recorded } from "./types.ts";

/** Follows in the background until stopped; collects what comes. */
function watch(log: Pick<Log, "follow">, request: FollowRequest = {}) {
  const controller = new AbortController();
  const seen: Recorded[] = [];
  const ended = (async () => {
    for await (const event of log.follow({ ...request, signal: controller.signal })) seen.push(event);
  })();
  return {
    seen,
    revisions: () => seen.map(({ revision }) => revision),
    async [Symbol.asyncDispose]() {
      controller.abort();
      await ended;
    },
  };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

test("a follower sees the past, then the present, once and in order", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 50);
  const caughtUp: number[] = [];
  await using all = watch(log, { onCaughtUp: (revision) => void caughtUp.push(revision) });
  await using late = watch(log, { from: 31 });
  await until("the past is seen", () => all.seen.length === 50);
  await appendAll(log, 50);
  await until("the present is seen", () => all.seen.length === 100 && late.seen.length === 70);
  assert.deepEqual(all.revisions(), upTo(100));
  assert.deepEqual(late.revisions(), upTo(100, 31));
  assert.deepEqual(all.seen, await collect(log.read()));
  assert.equal(caughtUp[0], 50);
  await until("being caught up is told", () => caughtUp.at(-1) === 100);
});

test("a filtered follower sees its subjects only and still knows how far it has got", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 10);
  let head = 0;
  await using some = watch(log, {
    subject: "weft.log.option.*",
    onCaughtUp: (revision) => (head = revision),
  });
  await until("it has caught up", () => head === 10);
  await appendAll(log, 5, { subject: "weft.log.option.mesh" });
  await appendAll(log, 5, { subject: "weft.log.host.h1" });
  await until("it knows the head", () => head === 20);
  assert.deepEqual(some.revisions(), upTo(15, 11));
});

test("a follower is exact though the server is killed and restarted under it", async () => {
  await using nats = await startNats();
  const [writer, reader] = [await nats.connect("admin"), await nats.connect("cli", { headCheckMs: 50 })];
  await using all = watch(reader);
  await using some = watch(reader, { subject: "weft.log.option.mesh" });
  let expected = 0;
  for (let round = 0; round < 4; round += 1) {
    expected = (await appendAll(writer, 60)).at(-1) ?? expected;
    await appendAll(writer, 5, { subject: "weft.log.option.mesh" });
    await (round % 2 === 0 ? nats.kill() : Promise.resolve());
    await nats.restart();
  }
  const head = await writer.head();
  await until("everything is seen", () => all.seen.length >= head && some.seen.length >= 20);
  assert.deepEqual(all.revisions(), upTo(head));
  assert.deepEqual(all.seen, await collect(writer.read()));
  assert.deepEqual(some.seen, await collect(writer.read({ subject: "weft.log.option.mesh" })));
});

test("a follower is exact though live messages are lost, repeated and come after nothing", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  let lose: (n: number) => number = () => 1;
  let listening = false;
  let replays = 0;
  await using core = await openTestCore(nats);
  const source = lossy(core, (n) => lose(n), {
    listened: () => {
      listening = true;
    },
    replayed: () => {
      replays += 1;
    },
  });
  await using all = watch({ follow: (request = {}) => follow(source, request) });
  await until("it listens", () => listening);
  // Every third is lost, every fifth comes twice.
  lose = (n) => (n % 3 === 0 ? 0 : n % 5 === 0 ? 2 : 1);
  await appendAll(log, 200);
  await until("the gaps are filled", () => all.seen.length === 200);
  assert.ok(replays > 0);
  // From now on nothing arrives live at all: only asking for the head can notice.
  lose = () => 0;
  await appendAll(log, 20);
  await until("the quiet gap is noticed", () => all.seen.length === 220);
  assert.deepEqual(all.revisions(), upTo(220));
});

test("a follower slower than the log holds a bounded number of events and misses none", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const controller = new AbortController();
  const iterator = log.follow({ signal: controller.signal })[Symbol.asyncIterator]();
  await appendAll(log, 1);
  assert.equal((await iterator.next()).value?.revision, 1);
  // More than the buffer for live events holds, while the follower looks away.
  const writers = Array.from({ length: 50 }, (_, n) =>
    appendAll(log, 200, { subject: `weft.log.option.w${n}` }),
  );
  await Promise.all(writers);
  for (let revision = 2; revision <= 10_001; revision += 1) {
    assert.equal((await iterator.next()).value?.revision, revision);
  }
  controller.abort();
  assert.equal((await iterator.next()).done, true);
});

test("a log that ends before what was already seen is reported, not followed", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await appendAll(log, 3);
  await assert.rejects(collect(log.follow({ from: 9 })), (error) =>
    isWeftError(error, "FAILED_PRECONDITION"),
  );
  // From the revision after the head is where every follower of a snapshot begins.
  await using next = watch(log, { from: 4 });
  await log.append({
    subject: "weft.log.identity",
    event: allocated(4),
    expected: 3,
    actor: "test",
    cause: "test",
  });
  await until("the next event is seen", () => next.seen.length === 1);
});

/** The log's own source with a hand in the live messages: 0 loses one, 2 repeats it. */
function lossy(
  core: Core,
  times: (n: number) => number,
  tell: { listened(): void; replayed(): void },
): FollowSource {
  const source = logSource(core);
  let count = 0;
  return {
    ...source,
    replay(...range) {
      tell.replayed();
      return source.replay(...range);
    },
    listen(onMessage, onError) {
      const stop = source.listen((message) => {
        count += 1;
        for (let copies = times(count); copies > 0; copies -= 1) onMessage(message);
      }, onError);
      tell.listened();
      return stop;
    },
  };
}

async function openTestCore(nats: TestNats): Promise<Core & AsyncDisposable> {
  const core = await openCore({ url: nats.url, seed: nats.seed("cli"), name: "test", headCheckMs: 50 });
  return { ...core, [Symbol.asyncDispose]: core.close };
}
