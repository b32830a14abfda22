import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startNats } from "@weft/log/testing";
import {
  addressFromBytes,
  addressToBytes,
  formatAddress,
  parseAddress,
  parsePrefix,
  prefixToBytes,
} from "@weft/netaddr";
import { type Client, connect, serve } from "@weft/rpc";
import { ipamHandlers } from "./handlers.ts";

/** ipam on a log of its own with a pool and the host "a", and a caller. */
async function openIpam() {
  const stack = new AsyncDisposableStack();
  try {
    const nats = stack.use(await startNats());
    const log = await nats.connect("ipam");
    const directory = mkdtempSync(join(tmpdir(), "weft-ipam-"));
    stack.defer(() => rmSync(directory, { recursive: true, force: true }));
    const socket = join(directory, "ipam.sock");
    stack.use(await serve({ service: "Ipam", socket, handlers: await ipamHandlers(log) }));
    const client: Client<"Ipam"> = stack.use(connect("Ipam", socket, { actor: "loader/a" }));
    return { log, client, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

const wire = (text: string) => prefixToBytes(parsePrefix(text));
const pool = { ipv6: wire("fd12:3456:789a::/48"), ipv4: wire("10.44.0.0/16") };
const text = (bytes: Uint8Array | null | undefined) =>
  bytes && bytes.length > 0 ? formatAddress(addressFromBytes(bytes)) : "";

test("a container's addresses from the first question to the last", async () => {
  await using ipam = await openIpam();
  const { client } = ipam;
  await assert.rejects(client.lease({ host: "a", wishes: [{ owner: "c1" }] }), {
    code: "FAILED_PRECONDITION",
    field: "host",
  });
  await client.definePool(pool);
  const prefix = await client.assignHostPrefix({ host: "a" });
  assert.equal(text(prefix.ipv6?.address), "fd12:3456:789a:1::");
  assert.equal(text(prefix.ipv4?.address), "10.44.0.0");

  const first = await client.lease({ host: "a", wishes: [{ owner: "c1" }, { owner: "c2", ipv4: true }] });
  assert.deepEqual(
    first.leases.map(({ owner, ipv6, ipv4 }) => [owner, text(ipv6), text(ipv4)]),
    [
      ["c1", "fd12:3456:789a:1::10", ""],
      ["c2", "fd12:3456:789a:1::11", "10.44.0.1"],
    ],
  );
  const again = await client.lease({ host: "a", wishes: [{ owner: "c1" }] });
  assert.equal(again.revision, first.revision, "asking again changes nothing");
  const later = await client.lease({ host: "a", wishes: [{ owner: "c1", ipv4: true }] });
  assert.deepEqual(
    [text(later.leases[0]?.ipv6), text(later.leases[0]?.ipv4)],
    ["fd12:3456:789a:1::10", "10.44.0.2"],
  );

  const released = await client.release({ host: "a", owners: ["c1"] });
  assert.equal((await client.release({ host: "a", owners: ["c1"] })).revision, released.revision);
  const next = await client.lease({ host: "a", wishes: [{ owner: "c3", ipv4: true }] });
  assert.deepEqual(
    [text(next.leases[0]?.ipv6), text(next.leases[0]?.ipv4)],
    ["fd12:3456:789a:1::12", "10.44.0.3"],
  );
});

test("what cannot be is refused with its field, and nothing of it is on record", async () => {
  await using ipam = await openIpam();
  const { client } = ipam;
  const global = { address: addressToBytes(parseAddress("2001:db8::")), length: 48 };
  await assert.rejects(client.definePool({}), { code: "INVALID_ARGUMENT", field: "ipv6" });
  await assert.rejects(client.definePool({ ipv6: global }), { code: "INVALID_ARGUMENT", field: "ipv6" });
  const hostBits = { address: addressToBytes(parseAddress("10.44.0.1")), length: 16 };
  await assert.rejects(client.definePool({ ...pool, ipv4: hostBits }), {
    code: "INVALID_ARGUMENT",
    field: "ipv4",
  });
  await assert.rejects(client.assignHostPrefix({ host: "A b" }), { code: "INVALID_ARGUMENT", field: "host" });
  assert.equal(await ipam.log.head(), 0);

  await client.definePool(pool);
  await client.assignHostPrefix({ host: "a" });
  const before = await ipam.log.head();
  const wishes = [{ owner: "fine" }, { owner: "" }];
  await assert.rejects(client.lease({ host: "a", wishes }), { field: "wishes[1].owner" });
  const short = [{ owner: "c", ipv6Address: Uint8Array.of(1, 2, 3) }];
  await assert.rejects(client.lease({ host: "a", wishes: short }), { field: "wishes[0].ipv6_address" });
  assert.equal(await ipam.log.head(), before);
});

test("calls that come together share events, and each gets its own answer or refusal", async () => {
  await using ipam = await openIpam();
  const { client } = ipam;
  await client.definePool(pool);
  await client.assignHostPrefix({ host: "a" });
  const before = await ipam.log.head();
  const wishes = Array.from({ length: 200 }, (_, n) => ({ owner: `c${n}` }));
  const taken = { owner: "late", ipv6Address: addressToBytes(parseAddress("fd12:3456:789a:2::10")) };
  const answers = await Promise.allSettled(
    [...wishes, taken].map((wish) => client.lease({ host: "a", wishes: [wish] })),
  );
  const addresses = answers.flatMap((answer) =>
    answer.status === "fulfilled" ? answer.value.leases.map(({ ipv6 }) => text(ipv6)) : [],
  );
  assert.equal(new Set(addresses).size, 200);
  assert.deepEqual(
    answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.field] : [])),
    ["wishes[0].ipv6_address"],
  );
  assert.ok((await ipam.log.head()) - before <= 200);
});
