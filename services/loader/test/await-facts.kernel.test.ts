import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { addAddress, createNetns, createVeth, setLink } from "@weft/ebpf";
import { formatAddress } from "@weft/netaddr";
import { connect } from "@weft/rpc";

import { awaitFacts } from "../src/await-facts.ts";

/** Looks until it is so; the first calls come before anybody listens. */
async function eventually(look: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await look())) {
    assert.ok(performance.now() < end, look.toString());
    await delay(50);
  }
}

test("a loader that starts before its uplink, or before an address on it, waits and says for what", {
  skip: process.getuid?.() === 0 ? false : "makes a network namespace: needs root",
}, async () => {
  await using netns = await createNetns(`weft-await-${process.pid}`);
  const folder = mkdtempSync(join(tmpdir(), "weft-await-"));
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
  const socket = join(folder, "loader.sock");
  const said: string[] = [];
  const options = {
    ...{ host: "h1", netns: netns.path, uplink: "up0", underlay: undefined, socket },
    attach: "tcx" as const,
    say: { warn: (about: object) => said.push(JSON.stringify(about)) },
  };
  const facts = awaitFacts(options, AbortSignal.timeout(60_000));
  using client = connect("Loader", socket, { actor: "test" });
  const told = async (pattern: RegExp) => pattern.test((await client.status({ look: true })).error);
  await eventually(() => told(/waits .*host h1 has no device up0/));
  await assert.rejects(client.plan({}), { code: "UNAVAILABLE", message: /has no device up0/ });
  await createVeth({ name: "up0", netns: netns.path, peer: { name: "far0" } });
  await setLink({ ifname: "up0", netns: netns.path, up: true });
  await eventually(() => told(/waits .*up0 has no address that other hosts/));
  await addAddress({ ifname: "up0", netns: netns.path, address: "192.0.2.1/24" });
  assert.equal(formatAddress((await facts).underlay), "192.0.2.1");
  assert.equal(said.length, 2, said.join());
});
