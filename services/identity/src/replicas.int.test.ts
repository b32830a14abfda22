import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { type Log, subjects } from "@weft/log";
import { startNats, type TestNats } from "@weft/log/testing";
import { type Labels, labelKey } from "@weft/netaddr";
import { connect } from "@weft/rpc";
import { crashAtRandom, isCrash, type Pick, seeded, startService, type TestService } from "@weft/rpc/testing";

const crashes = 5;
const workersPerReplica = 6;
const main = new URL("./main.ts", import.meta.url);

interface Answer {
  readonly key: string;
  readonly identity: number;
  readonly revision: number;
}

test("two replicas, killed at random under load, give every label set one number and no number twice", async (t) => {
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);
  await using nats = await startNats();
  await using first = await startIdentity(nats, "identity-1");
  await using second = await startIdentity(nats, "identity-2");
  const replicas = [first, second];

  const answers: Answer[] = [];
  const stop = new AbortController();
  const workers = replicas.flatMap(({ socket }, replica) =>
    Array.from({ length: workersPerReplica }, (_, index) =>
      work(socket, seeded(seed + replica * 100 + index), answers, stop.signal),
    ),
  );
  await crashAtRandom(replicas, { times: crashes, pick: seeded(seed), answers: () => answers.length });
  stop.abort();
  await Promise.all(workers);

  t.diagnostic(`${answers.length} answers`);
  check(answers, await allocationsOf(await nats.connect("cli")));
});

function startIdentity(nats: TestNats, name: string): Promise<TestService> {
  return startService({ main, name, natsUrl: nats.url, seedFile: `${nats.directory}/seeds/identity.seed` });
}

/** Asks for sets that others ask for too and for sets that nobody else does, until told to stop. */
async function work(socket: string, pick: Pick, answers: Answer[], stop: AbortSignal): Promise<void> {
  using client = connect("Identity", socket, { actor: "test" });
  while (!stop.aborted) {
    const shared = { app: `app-${pick(400)}`, tier: "shared" };
    const own = { app: `own-${pick(2 ** 30)}` };
    const sets: Labels[] = [shared, own];
    try {
      const { identities, revision } = await client.allocate({ sets: sets.map((labels) => ({ labels })) });
      for (const [index, labels] of sets.entries()) {
        answers.push({ key: labelKey(labels), identity: identities[index] ?? 0, revision });
      }
    } catch (error) {
      assert.ok(isCrash(error), String(error));
    }
  }
}

interface Allocation {
  readonly key: string;
  readonly identity: number;
  readonly revision: number;
}

async function allocationsOf(log: Log): Promise<Allocation[]> {
  const allocations: Allocation[] = [];
  for await (const event of log.read({ subject: subjects.identity() })) {
    assert.equal(event.type, "IdentitiesAllocated");
    if (event.type !== "IdentitiesAllocated") continue;
    for (const { identity, labels } of event.data.allocations) {
      allocations.push({ key: labelKey(labels), identity, revision: event.revision });
    }
  }
  return allocations;
}

function check(answers: readonly Answer[], allocations: readonly Allocation[]): void {
  // Oldest last: that is the one that counts, another replica may have said the same again.
  const byKey = new Map(allocations.toReversed().map((allocation) => [allocation.key, allocation]));
  const pairs = new Set(allocations.map(({ key, identity }) => `${identity} ${key}`));
  assert.equal(byKey.size, pairs.size, "a label set with two numbers");
  const numbers = new Set(allocations.map(({ identity }) => identity));
  assert.equal(numbers.size, pairs.size, "a number given twice");
  for (const answer of answers) {
    const recorded = byKey.get(answer.key);
    assert.equal(recorded?.identity, answer.identity, `${answer.key} was answered otherwise than recorded`);
    assert.ok(
      (recorded?.revision ?? Infinity) <= answer.revision,
      `${answer.key} was answered before it was on record`,
    );
  }
}
