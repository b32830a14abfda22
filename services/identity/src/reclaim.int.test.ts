import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, keepFold, type Log, openAggregate, subjects, type WeftEvent } from "@weft/log";
import { appendNext, startNats, type TestNats } from "@weft/log/testing";
import { meshProjection, notesOf } from "@weft/model";
import { addressToBytes, isWeftError, parseAddress, parsePrefix, prefixToBytes } from "@weft/netaddr";
import { connect } from "@weft/rpc";
import { startService } from "@weft/rpc/testing";
import { identityDecider } from "./domain/decide.ts";
import { identityHandlers, keepUsed } from "./handlers.ts";
import { Usage } from "./usage.ts";

const prefix = (text: string) => prefixToBytes(parsePrefix(text));
const ipv6 = addressToBytes(parseAddress("fd00:1:0:1::10"));
const web = { app: "web", "io.kubernetes.pod.namespace": "shop" };
const call = { actor: "test", cause: "test", signal: AbortSignal.timeout(60_000), deadline: new Date() };

const attached = (identity: number): WeftEvent => ({
  type: "EndpointAttached",
  data: {
    ...{ host: "a", id: "c1", namespace: "shop", name: "web", labels: { app: "web" }, identity, ipv6 },
    ...{ mac: new Uint8Array(6), slot: 1 },
  },
});
const detached: WeftEvent = { type: "EndpointDetached", data: { host: "a", id: "c1" } };

/** Host `a` with an address for container c1. */
async function openHost(nats: TestNats): Promise<Log> {
  const log = await nats.connect("admin");
  await appendNext(log, { type: "PoolDefined", data: { ipv6: prefix("fd00:1::/48") } });
  await appendNext(log, { type: "HostPrefixAssigned", data: { host: "a", ipv6: prefix("fd00:1:0:1::/64") } });
  await appendNext(
    log,
    { type: "AddressesLeased", data: { leases: [{ owner: "c1", ipv6 }] } },
    subjects.leases("a"),
  );
  return log;
}

const graceMs = 1000;

/** A replica whose clock is turned by hand. */
async function openReplica(nats: TestNats, clock: { ms: number }) {
  const log = await nats.connect("identity");
  const identities = await openAggregate(log, { subject: subjects.identity(), decider: identityDecider });
  const view = keepFold(log, meshProjection);
  const looked: (() => Promise<unknown>)[] = [];
  const look: typeof view = async (signal) => {
    const found = await view(signal);
    await looked.shift()?.();
    return found;
  };
  const usage = new Usage(look, graceMs, () => clock.ms);
  const handlers = identityHandlers(identities, usage);
  return {
    /** What happens after its next look at the log. */
    looked,
    allocate: async () => {
      const request = { sets: [{ labels: web }] } as Parameters<typeof handlers.allocate>[0];
      return (await handlers.allocate(request, call)).identities?.[0] ?? 0;
    },
    release: (...numbers: number[]) => handlers.release({ identities: numbers } as never, call),
    async keep(): Promise<void> {
      await usage.look();
      await keepUsed(identities, usage, { actor: "test", cause: "test" });
    },
    /** What the loop of the service does once. */
    async reclaim(): Promise<number[]> {
      await usage.look();
      const isWanted = usage.isPromised.bind(usage);
      const command = { kind: "Reclaim", identities: usage.due(), isWanted } as const;
      const { event } = await identities.execute(command, { actor: "test", cause: "test" });
      return event?.type === "IdentitiesReleased" ? [...event.data.identities] : [];
    },
  };
}

test("a number in use is not given back; one that no container has had for the grace time is, and no sooner", async () => {
  await using nats = await startNats();
  const log = await openHost(nats);
  const clock = { ms: 0 };
  const replica = await openReplica(nats, clock);
  const number = await replica.allocate();
  await appendNext(log, attached(number));
  await assert.rejects(
    async () => await replica.release(number),
    (error) => isWeftError(error, "FAILED_PRECONDITION") && error.field === "identities[0]",
  );
  for (clock.ms = 0; clock.ms < 5 * graceMs; clock.ms += graceMs / 4)
    assert.deepEqual(await replica.reclaim(), []);
  await appendNext(log, detached);
  assert.deepEqual(await replica.reclaim(), []);
  clock.ms += graceMs - 1;
  assert.deepEqual(await replica.reclaim(), []);
  clock.ms += 1;
  assert.deepEqual(await replica.reclaim(), [number]);
  clock.ms += 10 * graceMs;
  assert.deepEqual(await replica.reclaim(), []);
  assert.equal(
    await replica.allocate(),
    number + 1,
    "a number is not given again while another was never used",
  );
});

test("a number that another replica has just answered is not taken back, and neither is one after a restart in its grace", async () => {
  await using nats = await startNats();
  await openHost(nats);
  const clock = { ms: 0 };
  const [first, second] = [await openReplica(nats, clock), await openReplica(nats, clock)];
  const number = await first.allocate();
  await first.reclaim();
  clock.ms = 0.9 * graceMs;
  // It has no memory of who asked when: what it answers it puts on record, once in half a grace time.
  const head = await (await nats.connect("cli")).head();
  assert.deepEqual([await second.allocate(), await second.allocate()], [number, number]);
  assert.equal(await (await nats.connect("cli")).head(), head + 1);
  clock.ms = 1.1 * graceMs;
  assert.deepEqual(await first.reclaim(), []);
  const restarted = await openReplica(nats, clock);
  clock.ms = 2.05 * graceMs;
  assert.deepEqual(await restarted.reclaim(), [], "its own clock has just begun");
  assert.deepEqual(await first.reclaim(), []);
  clock.ms = 2.2 * graceMs;
  assert.deepEqual(await first.reclaim(), [number]);
  assert.deepEqual(await second.reclaim(), [], "once is enough");
  assert.equal(await second.allocate(), number + 1);
});

test("whichever is first on record wins: the container that has the number, or that it was taken back", async () => {
  await using nats = await startNats();
  const log = await openHost(nats);
  const clock = { ms: 0 };
  const replica = await openReplica(nats, clock);
  const number = await replica.allocate();
  // The container is first: that the number was taken back has no effect, and is made good when it is free.
  await appendNext(log, attached(number));
  await appendNext(log, { type: "IdentitiesReleased", data: { identities: [number] } });
  const first = await fold(log, meshProjection);
  assert.deepEqual([...first.state.identities.keys()], [number]);
  assert.match(notesOf(first.state).join(), /identity 256 is in use/);
  const next = await replica.allocate();
  assert.equal(next, number + 1);
  await appendNext(log, detached);
  await replica.reclaim();
  clock.ms = 2 * graceMs;
  assert.deepEqual((await replica.reclaim()).toSorted(), [number, next]);
  // The number is first: the container is not there.
  await appendNext(log, attached(next));
  const second = await fold(log, meshProjection);
  assert.deepEqual([second.state.endpoints.size, second.state.identities.size], [0, 0]);
});

test("a release that a container was faster than is refused, frees the other numbers, and leaves the service as the mesh", async () => {
  await using nats = await startNats();
  const log = await openHost(nats);
  const clock = { ms: 0 };
  const identities = await openAggregate(await nats.connect("identity"), {
    ...{ subject: subjects.identity(), decider: identityDecider },
  });
  const [replica, other] = [await openReplica(nats, clock), await openReplica(nats, clock)];
  const number = await replica.allocate();
  const api = { ...web, app: "api" };
  const by = { actor: "test", cause: "test" };
  await identities.execute({ kind: "Allocate", sets: [api] }, by);
  // Whoever was just given the number has not yet said that a container has it.
  await assert.rejects(async () => await replica.release(number), {
    code: "FAILED_PRECONDITION",
    message: /about to have the identity 256/,
  });
  await appendNext(log, attached(number));
  await appendNext(log, { type: "IdentitiesReleased", data: { identities: [number, number + 1] } });
  const { state } = await fold(log, meshProjection);
  assert.deepEqual([[...state.identities.keys()], notesOf(state)], [[number], []]);
  await other.keep();
  assert.equal(await replica.allocate(), number);
  await appendNext(log, detached);
  clock.ms = 2 * graceMs;
  replica.looked.push(() => appendNext(log, attached(number)));
  await assert.rejects(async () => await replica.release(number), {
    code: "FAILED_PRECONDITION",
    message: /has the identity 256/,
  });
  assert.equal(await replica.allocate(), number);
});

test("the service takes back what nobody uses, and its history stays", async () => {
  await using nats = await startNats();
  await using service = await startService({
    main: new URL("./main.ts", import.meta.url),
    name: "identity",
    natsUrl: nats.url,
    seedFile: `${nats.directory}/seeds/identity.seed`,
    env: { WEFT_GRACE_MS: "200" },
  });
  using client = connect("Identity", service.socket, { actor: "test" });
  const { identities, revision } = await client.allocate({ sets: [{ labels: web }] });
  const log = await nats.connect("cli");
  for await (const event of log.follow({ from: revision + 1, signal: AbortSignal.timeout(60_000) })) {
    assert.ok(event.type === "IdentitiesReleased");
    assert.deepEqual([event.data.identities, event.actor], [identities, "identity"]);
    assert.match(event.cause, /^Identity\/Reclaim#/);
    break;
  }
  const { state } = await fold(log, meshProjection, { at: revision });
  assert.deepEqual(state.identities.get(identities[0] ?? 0)?.labels, web);
  assert.equal(await service.stop(), 0);
});
