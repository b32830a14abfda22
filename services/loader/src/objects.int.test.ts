import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { WeftError } from "@weft/netaddr";
import { compileDatapath, digestOf } from "../test/objects.ts";
import { isRefusal, openObjects } from "./objects.ts";

test("a host keeps a bounded number of objects and answers, the newest among them", async () => {
  await using stack = new AsyncDisposableStack();
  const cache = await mkdtemp(join(tmpdir(), "wt-objects-"));
  stack.defer(() => rm(cache, { recursive: true }));
  const bytes = await compileDatapath("uplink");
  let made = 0;
  const objects = await openObjects({
    cache,
    fetch: async () => bytes,
    compile: async () => ({ digest: digestOf(new Uint8Array([made++])), revision: 0, diagnostics: [] }),
    limit: 4,
  });
  for (let n = 0; n < 20; n += 1) await objects.build({ entry: "uplink" }, `basis ${n}`);
  const answers = await readdir(join(cache, "requests"));
  assert.ok(answers.length <= 7, `${answers.length} answers`);
  assert.ok((await objects.held()).length <= 7, "objects");
  assert.equal(await objects.recall({ entry: "uplink" }, "basis 0"), undefined);
  assert.equal(await objects.recall({ entry: "uplink" }, "basis 19"), digestOf(new Uint8Array([19])));
});

test("a host whose cache cannot be written builds all the same, and says so once", async () => {
  await using stack = new AsyncDisposableStack();
  const place = await mkdtemp(join(tmpdir(), "wt-objects-"));
  stack.defer(() => rm(place, { recursive: true }));
  await writeFile(join(place, "file"), "");
  const bytes = await compileDatapath("uplink");
  const digests = [digestOf(new Uint8Array([1])), digestOf(new Uint8Array([2]))];
  const faults: unknown[] = [];
  const objects = await openObjects({
    cache: join(place, "file", "cache"),
    fetch: async () => bytes,
    compile: async () => ({ digest: digests.shift() ?? "", revision: 0, diagnostics: [] }),
    onFault: (error) => faults.push(error),
  });
  const first = await objects.build({ entry: "uplink" }, "one");
  await objects.build({ entry: "uplink" }, "two");
  assert.ok(objects.known(first));
  assert.deepEqual(await objects.held(), []);
  assert.equal(faults.length, 1);
});

test("a policy that is too large is refused, a compiler that has too much to do is asked again", () => {
  assert.equal(isRefusal(new WeftError("RESOURCE_EXHAUSTED", "1100 branches", { field: "policy" })), true);
  assert.equal(isRefusal(new WeftError("RESOURCE_EXHAUSTED", "1024 are waiting")), false);
});
