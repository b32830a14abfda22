import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { expediteGracePeriods, type RcuPlace, restoreGracePeriods } from "./rcu.ts";

async function openPlace(value: string): Promise<RcuPlace & AsyncDisposable & { read(): Promise<string> }> {
  const root = await mkdtemp(join(tmpdir(), "rcu-"));
  const place = { knob: join(root, "knob"), owners: join(root, "owners") };
  await writeFile(place.knob, `${value}\n`);
  return {
    ...place,
    read: async () => (await readFile(place.knob, "utf8")).trim(),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

/** Another process that has switched it on. */
async function otherOwner(place: RcuPlace) {
  const code = `import { expediteGracePeriods } from ${JSON.stringify(join(import.meta.dirname, "rcu.ts"))};
    await expediteGracePeriods(${JSON.stringify({ knob: place.knob, owners: place.owners })});
    console.log("on"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
}

test("grace periods are expedited while somebody needs it, and the machine's setting is put back by the last", async () => {
  await using place = await openPlace("0");
  const first = await expediteGracePeriods(place);
  const second = await expediteGracePeriods(place);
  assert.notEqual(await place.read(), "0");
  await first[Symbol.asyncDispose]();
  assert.notEqual(await place.read(), "0");
  await second[Symbol.asyncDispose]();
  assert.equal(await place.read(), "0");
  assert.deepEqual(await readdir(place.owners), []);
});

test("what a killed process left on is put back, and not under one that lives", async () => {
  await using place = await openPlace("0");
  const [killOne, killOther] = [await otherOwner(place), await otherOwner(place)];
  await killOne();
  await restoreGracePeriods(place);
  assert.notEqual(await place.read(), "0", "the other one still needs it");
  await killOther();
  await restoreGracePeriods(place);
  assert.equal(await place.read(), "0");
});

test("what the machine's owner has switched on stays on", async () => {
  await using place = await openPlace("1");
  const on = await expediteGracePeriods(place);
  await on[Symbol.asyncDispose]();
  await restoreGracePeriods(place);
  assert.equal(await place.read(), "1");
});
