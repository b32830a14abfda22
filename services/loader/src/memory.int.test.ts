import assert from "node:assert/strict";
import { mkdtempDisposableSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fold, type LogReplaced, openAggregate, subjects } from "@weft/log";
import { cutTail, startNats, whileDown } from "@weft/log/testing";
import { meshProjection } from "@weft/model";
import { hostDecider } from "./domain/host.ts";
import { followLog } from "./follow.ts";
import { openMemory } from "./memory.ts";

const fail = (error: unknown) => assert.fail(String(error));
const by = { actor: "test", cause: "test" };

test("a loader that was away while the log lost its tail finds out from its memory, and tells until it is freed of it", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "weft-memory-"));
  const file = join(folder.path, "memory", "a.json");
  await using nats = await startNats();
  const log = await nats.connect("loader-a");
  const host = await openAggregate(log, { subject: subjects.host("a"), decider: hostDecider });
  for (let n = 0; n < 9; n += 1) {
    const addresses = { underlayIpv4: Uint8Array.of(192, 0, 2, n), underlayIpv6: new Uint8Array() };
    const data = { host: "a", ...addresses, kernel: `6.${n}`, attach: "tcx" };
    await host.execute({ kind: "state", data }, by);
  }
  const { state: mesh, trail } = await fold(log, meshProjection);
  assert.equal(trail.revision, 9);
  const memory = openMemory(file, fail);
  const { signal } = new AbortController();
  memory.note(trail.mark);
  assert.equal(await openMemory(file, fail).isStale(log, signal), false);

  const replaced = Promise.withResolvers<LogReplaced>();
  const faults: string[] = [];
  const following = followLog({
    ...{ log, mesh, trail, signal: AbortSignal.timeout(60_000) },
    onEvent: () => undefined,
    onPassed: () => assert.fail("everything has an effect"),
    onChecked: () => undefined,
    onCaughtUp: () => undefined,
    onFault: (error) => void (error && faults.push(error.message)),
    onReplaced: replaced.resolve,
  });
  await whileDown(nats, (directory) => cutTail(directory, 300));
  assert.match((await replaced.promise).message, /^the log lost event/);
  await following;
  assert.ok(faults.length > 0);

  const later = openMemory(file, fail);
  assert.equal(await later.isStale(log, signal), true);
  assert.match(later.lost(), /^\d{4}-.*Z: the log lost event.* this host goes by what is on record$/);
  // What is done until the kernel is free is not noted: it would look as if it were.
  later.note((await fold(log, meshProjection)).trail.mark);
  assert.equal(await openMemory(file, fail).isStale(log, signal), true);
  later.freed((await fold(log, meshProjection)).trail.mark);
  const free = openMemory(file, fail);
  assert.equal(await free.isStale(log, signal), false);
  assert.equal(free.lost(), later.lost());
});

test("a memory that cannot be written says so once, and works as long as the process", async () => {
  await using nats = await startNats();
  const log = await nats.connect("loader-a");
  let told = 0;
  const memory = openMemory("/dev/null/a.json", () => {
    told += 1;
  });
  memory.note({ revision: 7, id: "lost", missing: 0 });
  memory.note({ revision: 8, id: "lost", missing: 0 });
  assert.equal(told, 1);
  assert.equal(await memory.isStale(log, new AbortController().signal), true);
});

test("a memory that could be written in between says again that it cannot", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "weft-memory-"));
  const parent = join(folder.path, "memory");
  let told = 0;
  const memory = openMemory(join(parent, "a.json"), () => {
    told += 1;
  });
  let revision = 0;
  const note = (): void => memory.note({ revision: ++revision, id: "", missing: 0 });
  for (const times of [1, 2]) {
    // What is no directory cannot hold the file.
    writeFileSync(parent, "");
    note();
    note();
    assert.equal(told, times);
    rmSync(parent);
    note();
    assert.equal(told, times);
    rmSync(parent, { recursive: true });
  }
});
