import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { startNats } from "./start-nats.ts";
import { allocated, appendAll, collect, eventOn, until } from "./testing-events.ts";
import type { AppendRequest, Log } from "./types.ts";

const subject = "weft.log.identity";

test("an append is refused when the subject has moved on, and other subjects do not matter", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const first = await log.append({
    subject,
    event: allocated(1),
    expected: 0,
    actor: "ann",
    cause: "request",
  });
  assert.equal(first.revision, 1);
  await log.append({
    subject: "weft.log.ipam",
    event: { type: "HostPrefixReleased", data: { host: "h" } },
    expected: 0,
    actor: "ann",
    cause: "request",
  });
  const second = await log.append({
    subject,
    event: allocated(2),
    expected: 1,
    actor: "ben",
    cause: "event",
  });
  assert.equal(second.revision, 3);
  for (const expected of [0, 1, 2, 4]) {
    const late = log.append({ subject, event: allocated(9), expected, actor: "eve", cause: "test" });
    await assert.rejects(late, (error) => isWeftError(error, "ABORTED"), `${expected}`);
  }
  const events = await collect(log.read({ subject }));
  assert.deepEqual(
    events.map(({ revision, previous, actor, cause, source }) => [revision, previous, actor, cause, source]),
    [
      [1, 0, "ann", "request", "weft/admin"],
      [3, 1, "ben", "event", "weft/admin"],
    ],
  );
});

test("what nothing led to is not put on record", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const orphan = log.append({ subject, event: allocated(1), expected: 0, actor: "ann", cause: "" });
  await assert.rejects(orphan, (error) => isWeftError(error, "INVALID_ARGUMENT"));
  assert.equal(await log.head(), 0);
});

test("an event larger than the server takes exhausts a resource; its writer asked for nothing wrong", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const values = { long: "x".repeat(2 * 1024 * 1024) };
  const event = { type: "OptionsSet", data: { scope: "mesh", values } } as const;
  const large = log.append({
    subject: "weft.log.option.mesh",
    event,
    expected: 0,
    actor: "a",
    cause: "test",
  });
  await assert.rejects(large, (error) => isWeftError(error, "RESOURCE_EXHAUSTED"));
  assert.equal((await appendAll(log, 1))[0], 1);
});

test("any CloudEvents client finds the standard headers", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const live = log.nats.subscribe("weft.live.>", { max: 1 });
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  await log.append({ subject, event: allocated(1), expected: 0, actor: "ann", cause: "test", traceparent });
  for await (const message of live) {
    const head = message.headers;
    assert.equal(message.subject, "weft.live.identity");
    assert.equal(head?.get("ce-specversion"), "1.0");
    assert.equal(head?.get("ce-type"), "weft.v1.IdentitiesAllocated");
    assert.equal(head?.get("ce-source"), "weft/admin");
    assert.equal(head?.get("content-type"), "application/protobuf");
    assert.equal(head?.get("traceparent"), traceparent);
    assert.equal(head?.get("weft-actor"), "ann");
    assert.equal(head?.get("Nats-Msg-Id"), head?.get("ce-id"));
    assert.ok(!Number.isNaN(Date.parse(head?.get("ce-time") ?? "")));
  }
});

test("an append that its caller gives up ends at once, and one nobody answers does not hang", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  await nats.kill();
  const asked = { actor: "ann", cause: "test" };
  const request: AppendRequest = { subject, event: allocated(1), expected: 0, ...asked };
  await assert.rejects(log.append({ ...request, signal: AbortSignal.abort() }), (e) =>
    isWeftError(e, "CANCELLED"),
  );
  const controller = new AbortController();
  const pending = log.append({ ...request, signal: controller.signal });
  controller.abort();
  await assert.rejects(pending, (error) => isWeftError(error));
});

test("what was acknowledged is on record exactly once, though the server is killed again and again in mid-append", async () => {
  await using nats = await startNats();
  const log = await nats.connect("admin");
  const writers = 8;
  const each = 150;
  let done = 0;
  const write = async (writer: number): Promise<number[]> => {
    const revisions: number[] = [];
    for (let n = 0; n < each; n += 1) {
      const event = eventOn(`weft.log.option.w${writer}`, writer * 1000 + n);
      const expected = revisions.at(-1) ?? 0;
      // Nobody else writes this subject, so a conflict would mean an event of ours that we were not told of.
      const { revision } = await log.append({
        subject: `weft.log.option.w${writer}`,
        event,
        expected,
        actor: "test",
        cause: "test",
      });
      revisions.push(revision);
      done += 1;
    }
    return revisions;
  };
  const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  for (let crash = 1; crash <= 3; crash += 1) {
    await until("a quarter more is written", () => done >= (crash * writers * each) / 4);
    await nats.kill();
    await nats.restart();
  }
  const acknowledged = await writing;
  const events = await collect(log.read());
  assert.equal(events.length, writers * each);
  assert.equal(new Set(events.map(({ id }) => id)).size, writers * each);
  for (const [writer, revisions] of acknowledged.entries()) {
    const stored = events.filter((event) => event.subject === `weft.log.option.w${writer}`);
    assert.deepEqual(
      stored.map(({ revision }) => revision),
      revisions,
    );
    const numbers = stored.map((event) =>
      event.type === "OptionsSet" ? Number(event.data.values.n) : undefined,
    );
    assert.deepEqual(
      numbers,
      Array.from({ length: each }, (_, n) => writer * 1000 + n),
    );
  }
});

test("events are found by revision, by subject, by time", async () => {
  await using nats = await startNats();
  const log: Log = await nats.connect("admin");
  assert.equal(await log.head(), 0);
  assert.equal(await log.revisionAt(new Date()), 0);
  assert.equal(await log.last(subject), undefined);
  await appendAll(log, 20);
  await appendAll(log, 20, { subject: "weft.log.option.mesh" });
  assert.equal(await log.head(), 40);
  assert.equal((await log.last(subject))?.revision, 20);
  assert.deepEqual(
    (await collect(log.read({ from: 19, to: 22 }))).map(({ revision }) => revision),
    [19, 20, 21, 22],
  );
  assert.deepEqual(
    (await collect(log.read({ from: 19, subject }))).map(({ revision }) => revision),
    [19, 20],
  );
  assert.deepEqual(await collect(log.read({ from: 41 })), []);
  assert.deepEqual(await collect(log.read({ subject: "weft.log.host.>" })), []);
  for (const event of await collect(log.read())) {
    const at = await log.revisionAt(event.time);
    assert.ok(at >= event.revision);
    assert.ok((await log.revisionAt(new Date(event.time.getTime() - 1))) < event.revision);
  }
});
