import assert from "node:assert/strict";
import { test } from "node:test";
import type { Msg } from "@nats-io/transport-node";
import { isWeftError } from "@weft/netaddr";
import { permissionsOf, roleOf } from "./authority.ts";
import { connectLog } from "./connect.ts";
import { encodeEvent, type WeftEvent } from "./events.ts";
import { forge } from "./forge.ts";
import { makeUser } from "./nkey.ts";
import { startNats, type TestNats } from "./start-nats.ts";
import { objectsBucket, snapshotsBucket } from "./streams.ts";
import { subjectOf } from "./subject-of.ts";
import { subjectMatches, subjects } from "./subjects.ts";
import { collect, until } from "./testing-events.ts";
import type { Log, Recorded } from "./types.ts";

const users = ["identity", "ipam", "compiler", "lb", "loader-a", "loader-b", "cli"];

/** Who may append what. */
const writers: readonly (readonly [user: string, event: WeftEvent])[] = [
  ["identity", { type: "IdentitiesReleased", data: { identities: [256] } }],
  ["ipam", { type: "HostPrefixReleased", data: { host: "a" } }],
  ["ipam", { type: "AddressesReleased", data: { owners: ["c1"] } }],
  ["loader-a", { type: "HostLeft", data: { host: "a" } }],
  ["loader-a", { type: "EndpointDetached", data: { host: "a", id: "c1" } }],
  ["loader-b", { type: "HostLeft", data: { host: "b" } }],
  ["compiler", { type: "PolicyRemoved", data: { namespace: "ns", name: "p" } }],
  ["compiler", { type: "NamespaceRemoved", data: { name: "ns" } }],
  ["compiler", { type: "ObjectBuilt", data: { digest: "d" } }],
  ["compiler", { type: "OptionsSet", data: { scope: "mesh" } }],
  ["lb", { type: "ServiceRemoved", data: { namespace: "ns", name: "s" } }],
];

/** The subject of an event; leases are host a's. */
const placeOf = (event: WeftEvent) => subjectOf(event).replace("*", "a");

const forgeryOf = (subject: string, event: WeftEvent) => ({
  subject,
  type: `weft.v1.${event.type}`,
  data: encodeEvent(event),
});

const mayPublish = (user: string, subject: string) =>
  permissionsOf(user, "U").publish.some((allowed) => subjectMatches(allowed, subject));

async function connectAll(nats: TestNats): Promise<Map<string, Log>> {
  return new Map(await Promise.all(users.map(async (user) => [user, await nats.connect(user)] as const)));
}

const denied = (error: unknown) => isWeftError(error, "PERMISSION_DENIED");

test("every subject of the log is written by its own service alone, the refusal says so and nothing hangs", async () => {
  await using nats = await startNats();
  const logs = await connectAll(nats);
  const placed = writers.map(([owner, event]) => [owner, event, placeOf(event)] as const);
  for (const [owner, event, subject] of placed) {
    for (const [user, log] of logs) {
      const appending = log.append({ subject, event, expected: 0, actor: "test", cause: "test" });
      if (user === owner) await appending;
      else await assert.rejects(appending, denied, `${user} ${subject}`);
    }
  }
  const log = await nats.connect("cli");
  const events = await collect(log.read());
  assert.deepEqual(
    events.map(({ subject, source }) => [subject, source]),
    placed.map(([owner, , subject]) => [subject, `weft/${owner}`]),
  );
  const extenders = users.filter((user) => mayPublish(user, subjects.extension("x")));
  assert.deepEqual(extenders, ["compiler"]);
});

test("a service that writes another's events on its own subjects changes nothing, and is told of", async () => {
  await using nats = await startNats();
  const logs = await connectAll(nats);
  for (const [owner, event] of writers) {
    await logs
      .get(owner)
      ?.append({ subject: placeOf(event), event, expected: 0, actor: "test", cause: "test" });
  }
  const reader = await nats.connect("cli");
  const honest = await collect(reader.read());
  const controller = new AbortController();
  const followed: Recorded[] = [];
  const following = (async () => {
    for await (const event of reader.follow({ signal: controller.signal })) followed.push(event);
  })();
  await until("the past is followed", () => followed.length === honest.length);
  const grounds: Record<string, string> = {
    ...{ identity: "weft.log.identity", ipam: "weft.log.ipam.evil", compiler: "weft.log.object.evil" },
    ...{ lb: "weft.log.service.a.evil", "loader-a": "weft.log.endpoint.a.evil" },
  };
  let forged = 0;
  for (const [user, subject] of Object.entries(grounds)) {
    const log = logs.get(user) as Log;
    for (const [, event] of writers) {
      if (subjectMatches(subjectOf(event), subject)) continue;
      await forge(log, forgeryOf(subject, event));
      forged += 1;
      const appending = log.append({ subject, event, expected: 0, actor: "eve", cause: "test" });
      await assert.rejects(appending, (error) => isWeftError(error, "INVALID_ARGUMENT"));
    }
  }
  const told: string[] = [];
  const seen = await collect(reader.read({ onUnknown: (_, __, { kind }) => told.push(kind) }));
  assert.deepEqual(seen, honest);
  assert.deepEqual(told, Array(forged).fill("invalid"));
  assert.deepEqual(await collect(reader.read()), honest);
  const last = await logs.get("lb")?.append({
    ...{ subject: "weft.log.service.ns.t", expected: 0, actor: "test", cause: "test" },
    event: { type: "ServiceApplied", data: { namespace: "ns", name: "t" } },
  });
  await until("the present is followed", () => followed.at(-1)?.revision === last?.revision);
  assert.deepEqual(followed.slice(0, -1), honest);
  controller.abort();
  await following;
});

test("nobody but admin touches streams, writes objects or speaks for the server", async () => {
  await using nats = await startNats();
  for (const [user, log] of await connectAll(nats)) {
    const refused = ["CREATE.NEW", "UPDATE.WEFT", "PURGE.WEFT", "DELETE.WEFT", "MSG.DELETE.WEFT"];
    for (const call of refused) {
      const asked = log.nats.request(`$JS.API.STREAM.${call}`, "{}", { timeout: 5_000 });
      await assert.rejects(asked, /[Pp]ermissions [Vv]iolation/, `${user} ${call}`);
    }
    await assert.rejects(log.ensure(), denied, user);
    const put = log.objects(objectsBucket).put(user, Uint8Array.of(1));
    await (user === "compiler" ? put : assert.rejects(put, denied, user));
    const save = log.objects(snapshotsBucket).put(user, Uint8Array.of(1));
    await (user === "cli" ? assert.rejects(save, denied) : save);
    for (const subject of ["weft.live.identity", "weft.status.elsewhere", "$JS.EVENT.x", "_INBOX.other"]) {
      assert.ok(!mayPublish(user, subject), `${user} ${subject}`);
    }
  }
});

test("a consumer cannot be made to write the log for its creator", async () => {
  await using nats = await startNats();
  const log = await nats.connect("ipam");
  const push = (stream: string, subject: string) => pushConsumer(log, stream, subject);
  const answer = (await push("WEFT", "weft.log.identity")).json<{ error?: { description: string } }>();
  assert.match(answer.error?.description ?? "", /cycle/);
  for (const stream of ["WEFT_TRACES", `OBJ_${objectsBucket}`, `OBJ_${snapshotsBucket}`]) {
    await assert.rejects(push(stream, "weft.log.identity"), /[Pp]ermissions [Vv]iolation/, stream);
  }
});

test("a consumer aimed at the server's own API delivers nothing to it", async () => {
  await using nats = await startNats();
  const evil = await nats.connect("loader-a");
  const event: WeftEvent = { type: "HostLeft", data: { host: "a" } };
  const aims = ["$JS.API.STREAM.DELETE.WEFT_TRACES", "weft.live.host.a"];
  let reached = 0;
  evil.nats.subscribe("weft.live.host.a", {
    // The server republishes there, too; only what was delivered has a reply.
    callback(_, { reply }) {
      if (reply) reached += 1;
    },
  });
  await evil.nats.flush();
  for (const aim of aims) await pushConsumer(evil, "WEFT", aim, `c${aims.indexOf(aim)}`);
  await forge(evil, forgeryOf("weft.log.host.a", event));
  await until("the one that may be delivered is", () => reached === 1);
  const asked = await evil.nats.request("$JS.API.CONSUMER.INFO.WEFT.c0", "", { timeout: 5_000 });
  assert.equal(asked.json<{ delivered?: { consumer_seq: number } }>().delivered?.consumer_seq, 0);
  const kept = await evil.nats.request("$JS.API.STREAM.INFO.WEFT_TRACES", "", { timeout: 5_000 });
  assert.equal(kept.json<{ error?: unknown }>().error, undefined);
});

test("a follower does not take what a push consumer delivers for what the server has republished", async () => {
  await using nats = await startNats();
  const evil = await nats.connect("loader-a");
  const reader = await nats.connect("cli");
  const subject = "weft.log.endpoint.a.evil";
  const event: WeftEvent = { type: "EndpointDetached", data: { host: "a", id: "evil" } };
  // A sequence of its own choice, far ahead: taken for the server's, it would make the follower skip.
  const republished = { "Nats-Sequence": "9", "Nats-Stream": "WEFT", "Nats-Subject": subject };
  const controller = new AbortController();
  const seen: [number, string][] = [];
  const following = (async () => {
    for await (const event of reader.follow({ signal: controller.signal })) {
      seen.push([event.revision, event.subject]);
    }
  })();
  const delivered: Msg[] = [];
  evil.nats.subscribe("weft.live.endpoint.b.x", { callback: (_, message) => void delivered.push(message) });
  await evil.nats.flush();
  const answer = await pushConsumer(evil, "WEFT", "weft.live.endpoint.b.x");
  assert.equal(answer.json<{ error?: unknown }>().error, undefined);
  for (let count = 1; count <= 3; count += 1) {
    await forge(evil, { ...forgeryOf(subject, event), headers: republished });
    await until("it is delivered where nobody may publish", () => delivered.length === count);
    await until("it is followed", () => seen.length === count);
  }
  controller.abort();
  await following;
  assert.deepEqual(
    seen,
    [1, 2, 3].map((revision) => [revision, subject]),
  );
  // What gives it away.
  for (const message of delivered) {
    assert.equal(message.subject, subject);
    assert.match(message.reply ?? "", /^\$JS\.ACK\.WEFT\./);
  }
});

/** Asks the server to deliver a stream to a subject. */
function pushConsumer({ nats }: Log, stream: string, deliver_subject: string, name = "c") {
  const config = {
    ...{ name, deliver_subject },
    ...{ deliver_policy: "all", ack_policy: "none", replay_policy: "instant" },
  };
  const payload = JSON.stringify({ stream_name: stream, config });
  return nats.request(`$JS.API.CONSUMER.CREATE.${stream}.${name}`, payload, { timeout: 5_000 });
}

test("nobody listens in on another's inbox or on the log's own subjects", async () => {
  await using nats = await startNats();
  const ipam = await nats.connect("ipam");
  const victim = (await nats.connect("identity")).signer?.publicKey ?? "";
  for (const subject of [`_INBOX.${victim}.>`, "_INBOX.>", ">", "weft.request.identity.x"]) {
    const subscription = ipam.nats.subscribe(subject);
    await ipam.nats.flush();
    await assert.rejects(collect(subscription), /[Pp]ermissions [Vv]iolation/, subject);
  }
});

test("without a seed, or with a stranger's, there is no connection", async () => {
  await using nats = await startNats();
  for (const seed of [{}, { seed: makeUser().seed }]) {
    const connecting = connectLog({ url: nats.url, name: "weft/stranger", timeoutMs: 2_000, ...seed });
    await assert.rejects(connecting, denied);
  }
  const broken = connectLog({ url: nats.url, name: "weft/stranger", seed: "SUBROKEN" });
  await assert.rejects(
    broken,
    (error) => isWeftError(error, "INVALID_ARGUMENT") && !/SUBROKEN/.test(error.message),
  );
});

test("a user's name says its role, and nothing else is a user", () => {
  assert.deepEqual(roleOf("loader-h.1"), { role: "loader", host: "h.1" });
  assert.ok(permissionsOf("loader-h.1", "U").publish.includes("weft.log.host.h%2E1"));
  for (const name of ["loader", "loader-", "root", "toString", ""])
    assert.throws(() => roleOf(name), /not a user/);
});
