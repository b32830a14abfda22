import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { permissionsOf, roleOf } from "./authority.ts";
import { connectLog } from "./connect.ts";
import type { WeftEvent } from "./events.ts";
import { makeUser } from "./nkey.ts";
import { startNats, type TestNats } from "./start-nats.ts";
import { objectsBucket, snapshotsBucket } from "./streams.ts";
import { subjectMatches, subjects } from "./subjects.ts";
import { collect } from "./testing-events.ts";
import type { Log } from "./types.ts";

const left: WeftEvent = { type: "HostLeft", data: { host: "a" } };
const users = ["identity", "ipam", "compiler", "lb", "loader-a", "loader-b", "cli"];

/** Who may append to which subject. */
const writers: readonly (readonly [subject: string, user: string])[] = [
  [subjects.identity(), "identity"],
  [subjects.pool(), "ipam"],
  [subjects.leases("a"), "ipam"],
  [subjects.host("a"), "loader-a"],
  [subjects.endpoint("a", "c1"), "loader-a"],
  [subjects.host("b"), "loader-b"],
  [subjects.policy("ns", "p"), "compiler"],
  [subjects.namespace("ns"), "compiler"],
  [subjects.extension("x"), "compiler"],
  [subjects.object("d"), "compiler"],
  [subjects.option("mesh"), "compiler"],
  [subjects.service("ns", "s"), "lb"],
];

async function connectAll(nats: TestNats): Promise<Map<string, Log>> {
  return new Map(await Promise.all(users.map(async (user) => [user, await nats.connect(user)] as const)));
}

const denied = (error: unknown) => isWeftError(error, "PERMISSION_DENIED");

test("every subject of the log is written by its own service alone, the refusal says so and nothing hangs", async () => {
  await using nats = await startNats();
  const logs = await connectAll(nats);
  for (const [subject, owner] of writers) {
    for (const [user, log] of logs) {
      const appending = log.append({ subject, event: left, expected: 0, actor: "test", cause: "test" });
      if (user === owner) await appending;
      else await assert.rejects(appending, denied, `${user} ${subject}`);
    }
  }
  const log = await nats.connect("cli");
  const events = await collect(log.read());
  assert.deepEqual(
    events.map(({ subject, source }) => [subject, source]),
    writers.map(([s, u]) => [s, `weft/${u}`]),
  );
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
      assert.ok(
        !permissionsOf(user, "U").publish.some((allowed) => subjectMatches(allowed, subject)),
        `${user} ${subject}`,
      );
    }
  }
});

test("a consumer cannot be made to write the log for its creator", async () => {
  await using nats = await startNats();
  const { nats: connection } = await nats.connect("ipam");
  const push = (stream: string, deliver_subject: string) => {
    const config = {
      name: "c",
      deliver_subject,
      deliver_policy: "all",
      ack_policy: "none",
      replay_policy: "instant",
    };
    const payload = JSON.stringify({ stream_name: stream, config });
    return connection.request(`$JS.API.CONSUMER.CREATE.${stream}.c`, payload, { timeout: 5_000 });
  };
  const answer = (await push("WEFT", "weft.log.identity")).json<{ error?: { description: string } }>();
  assert.match(answer.error?.description ?? "", /cycle/);
  for (const stream of ["WEFT_TRACES", `OBJ_${objectsBucket}`, `OBJ_${snapshotsBucket}`]) {
    await assert.rejects(push(stream, "weft.log.identity"), /[Pp]ermissions [Vv]iolation/, stream);
  }
});

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
