import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { type Recorded, subjects } from "@weft/log";
import { startNats, type TestNats } from "@weft/log/testing";
import { isWeftError, parsePrefix, prefixToBytes } from "@weft/netaddr";
import { type Client, connect } from "@weft/rpc";
import { crashAtRandom, isCrash, type Pick, seeded, startService, type TestService } from "@weft/rpc/testing";

const crashes = 5;
const workersPerReplica = 6;
const hosts = ["a", "b"];
const main = new URL("./main.ts", import.meta.url);

/** One acknowledged answer. */
interface Answer {
  readonly host: string;
  readonly owner: string;
  /** Hex of both addresses, or that they were given back. */
  readonly outcome: string;
  readonly revision: number;
}

test("two replicas, killed at random under load, lease no address twice and keep every word", async (t) => {
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);
  await using nats = await startNats();
  await using first = await startIpam(nats, "ipam-1");
  await using second = await startIpam(nats, "ipam-2");
  const replicas = [first, second];
  await definePool(first.socket, second.socket);

  const answers: Answer[] = [];
  const stop = new AbortController();
  const workers = replicas.flatMap(({ socket }, replica) =>
    Array.from({ length: workersPerReplica }, (_, index) =>
      work(socket, `w${replica}${index}`, seeded(seed + replica * 100 + index), answers, stop.signal),
    ),
  );
  await crashAtRandom(replicas, { times: crashes, pick: seeded(seed), answers: () => answers.length });
  stop.abort();
  await Promise.all(workers);

  t.diagnostic(`${answers.length} answers`);
  const log = await nats.connect("cli");
  for (const host of hosts) {
    const events: Recorded[] = [];
    for await (const event of log.read({ subject: subjects.leases(host) })) events.push(event);
    const history = replay(events);
    for (const answer of answers.filter((each) => each.host === host)) {
      const recorded = history.get(answer.owner)?.findLast(({ revision }) => revision <= answer.revision);
      // Before its first event an owner holds nothing, which is what releasing it answers.
      assert.equal(recorded?.outcome ?? "released", answer.outcome, `${answer.owner} at ${answer.revision}`);
    }
  }
});

function startIpam(nats: TestNats, name: string): Promise<TestService> {
  return startService({ main, name, natsUrl: nats.url, seedFile: `${nats.directory}/seeds/ipam.seed` });
}

/** Both replicas are asked at once: the second answer is the first one's. */
async function definePool(...sockets: string[]): Promise<void> {
  const pool = {
    ipv6: prefixToBytes(parsePrefix("fd12:3456:789a::/48")),
    ipv4: prefixToBytes(parsePrefix("10.44.0.0/16")),
  };
  const prefixes = sockets.map(async (socket) => {
    using client = connect("Ipam", socket, { actor: "test" });
    await client.definePool(pool);
    const assigned = hosts.map(async (host) => hex((await client.assignHostPrefix({ host })).ipv6?.address));
    return await Promise.all(assigned);
  });
  const [one, other] = await Promise.all(prefixes);
  assert.deepEqual(one, other, "both replicas give a host the same prefix");
}

/** Leases and releases addresses for owners that no other worker has, until told to stop. */
async function work(
  socket: string,
  name: string,
  pick: Pick,
  answers: Answer[],
  stop: AbortSignal,
): Promise<void> {
  using client = connect("Ipam", socket, { actor: "test" });
  while (!stop.aborted) {
    const host = hosts[pick(hosts.length)] ?? "a";
    const owner = `${name}-${host}-${pick(8)}`;
    try {
      answers.push(pick(3) === 0 ? await release(client, host, owner) : await lease(client, host, owner));
    } catch (error) {
      assert.ok(isCrash(error) || isWeftError(error, "RESOURCE_EXHAUSTED"), String(error));
    }
  }
}

async function lease(client: Client<"Ipam">, host: string, owner: string): Promise<Answer> {
  // Half of the owners want IPv4, of which there are few: it runs out, and that must stay right too.
  const wish = { owner, ipv4: Number(owner.slice(-1)) % 2 === 0 };
  const { leases, revision } = await client.lease({ host, wishes: [wish] });
  const [held] = leases;
  return { host, owner, outcome: `${hex(held?.ipv6)}/${hex(held?.ipv4)}`, revision };
}

async function release(client: Client<"Ipam">, host: string, owner: string): Promise<Answer> {
  const { revision } = await client.release({ host, owners: [owner] });
  return { host, owner, outcome: "released", revision };
}

/** What each owner had from which revision on; fails when an address has two holders at any revision. */
function replay(events: readonly Recorded[]): Map<string, { outcome: string; revision: number }[]> {
  const history = new Map<string, { outcome: string; revision: number }[]>();
  const holders = new Map<string, string>();
  const note = (owner: string, outcome: string, revision: number) => {
    history.set(owner, [...(history.get(owner) ?? []), { outcome, revision }]);
  };
  for (const event of events) {
    const { revision } = event;
    if (event.type === "AddressesLeased") {
      for (const { owner, ipv6, ipv4 } of event.data.leases) {
        for (const address of [hex(ipv6), hex(ipv4)].filter((text) => text !== "")) {
          assert.equal(
            holders.get(address) ?? owner,
            owner,
            `${address} leased twice at revision ${revision}`,
          );
          holders.set(address, owner);
        }
        note(owner, `${hex(ipv6)}/${hex(ipv4)}`, revision);
      }
    } else if (event.type === "AddressesReleased") {
      for (const owner of event.data.owners) {
        for (const [address, holder] of holders) if (holder === owner) holders.delete(address);
        note(owner, "released", revision);
      }
    }
  }
  return history;
}

function hex(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}
