import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
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

test("a host does not load objects from its cache that are damaged, or that others could have put there", async () => {
  await using stack = new AsyncDisposableStack();
  const cache = await mkdtemp(join(tmpdir(), "wt-objects-"));
  stack.defer(() => rm(cache, { recursive: true }));
  const [bytes, other] = [await compileDatapath("uplink"), await compileDatapath("container")];
  const digest = digestOf(new Uint8Array([1]));
  let fetched = 0;
  const faults: unknown[] = [];
  const find = async () => {
    const fetch = async () => {
      fetched += 1;
      return bytes;
    };
    const compile = () => assert.fail("nothing is built");
    const objects = await openObjects({ cache, fetch, compile, onFault: (error) => faults.push(error) });
    assert.equal((await objects.spec(digest))?.programs.size, 1);
    return await objects.held();
  };
  for (let time = 0; time < 2; time += 1) assert.deepEqual(await find(), [digest]);
  assert.equal(fetched, 1);
  const [name = ""] = (await readdir(cache)).filter((one) => one.endsWith(".o"));
  await writeFile(join(cache, name), other);
  await find();
  assert.equal(fetched, 2, "one whose bytes are others than its name says");
  await rm(join(cache, name));
  await writeFile(join(cache, `${digest}-${digestOf(other)}.o`), other);
  await chmod(join(cache, `${digest}-${digestOf(other)}.o`), 0o666);
  await find();
  assert.equal(fetched, 3, "a file that others can write");
  await chmod(cache, 0o777);
  assert.deepEqual(await find(), []);
  assert.equal(fetched, 4, "a directory that others can write");
  assert.match(String(faults), /others can write to .*wt-objects/);
});

test("a policy that is too large is refused, a compiler that has too much to do is asked again", () => {
  assert.equal(isRefusal(new WeftError("RESOURCE_EXHAUSTED", "1100 branches", { field: "policy" })), true);
  assert.equal(isRefusal(new WeftError("RESOURCE_EXHAUSTED", "1024 are waiting")), false);
});
