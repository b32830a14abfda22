import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type CacheOptions, cachedCompile } from "./cache.ts";
import { type Compiled, contentOf } from "./clang.ts";
import type { BuildInputs } from "./domain/digest.ts";

const inputs = (entry: string): BuildInputs => ({
  entry,
  sources: new Map(),
  generated: new Map(),
  flags: [],
  compiler: "clang",
  headers: new Map(),
  program: [],
});

/** A cache in a directory of its own, over a compiler that counts. */
function open(limit = 10) {
  const root = mkdtempSync(join(tmpdir(), "weft-cache-"));
  const directory = join(root, "compiled");
  const runs: string[] = [];
  let answer: Compiled | undefined;
  const compile = async ({ entry }: BuildInputs): Promise<Compiled> => {
    runs.push(entry);
    return answer ?? { kind: "Object", bytes: Buffer.from(`object ${entry}`), durationUs: 1 };
  };
  return {
    directory,
    runs,
    cached: (more: CacheOptions = {}) => cachedCompile(directory, { compile, limit, ...more }),
    fail: () => {
      answer = { kind: "Errors", diagnostics: [{ message: "no" }] };
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

const textOf = (compiled: Compiled) => (compiled.kind === "Object" ? `${Buffer.from(compiled.bytes)}` : "");

test("equal inputs are compiled once, by whatever process; others are not mistaken for them", async () => {
  using cache = open();
  const [first, second] = [cache.cached(), cache.cached()];
  assert.equal(textOf(await first(inputs("a"))), "object a");
  assert.equal(textOf(await second(inputs("a"))), "object a");
  assert.equal(textOf(await second(inputs("b"))), "object b");
  assert.deepEqual(cache.runs, ["a", "b"]);
});

test("an object whose bytes are not those that were written is not used, and replaced", async () => {
  using cache = open();
  await cache.cached()(inputs("a"));
  const [name = ""] = readdirSync(cache.directory);
  writeFileSync(join(cache.directory, name), "something else");
  assert.equal(textOf(await cache.cached()(inputs("a"))), "object a");
  assert.equal(textOf(await cache.cached()(inputs("a"))), "object a");
  assert.deepEqual(cache.runs, ["a", "a"]);
});

test("objects that others could have put there are not used", async () => {
  using cache = open();
  await cache.cached()(inputs("a"));
  const [name = ""] = readdirSync(cache.directory);
  const evil = "somebody else's";
  const forged = join(cache.directory, name.replace(/-.*/, `-${contentOf(Buffer.from(evil))}.o`));
  const writable = () => {
    writeFileSync(forged, evil);
    chmodSync(forged, 0o666);
  };
  const link = () => {
    writeFileSync(join(cache.directory, "elsewhere"), evil);
    symlinkSync("elsewhere", forged);
  };
  for (const put of [writable, link]) {
    rmSync(join(cache.directory, name));
    put();
    assert.equal(textOf(await cache.cached()(inputs("a"))), "object a");
    assert.equal(existsSync(forged), false);
  }
  writeFileSync(forged, evil, { mode: 0o600 });
  rmSync(join(cache.directory, name));
  chmodSync(cache.directory, 0o777);
  const faults: unknown[] = [];
  const cautious = cache.cached({ onFault: (error) => faults.push(error) });
  for (let time = 0; time < 2; time += 1) assert.equal(textOf(await cautious(inputs("a"))), "object a");
  assert.equal(faults.length, 1);
  assert.match(String(faults), /others can write to .*compiled: user \d+, mode 0777/);
});

test("errors are found again every time", async () => {
  using cache = open();
  cache.fail();
  for (let i = 0; i < 2; i += 1) assert.equal((await cache.cached()(inputs("a"))).kind, "Errors");
  assert.deepEqual(cache.runs, ["a", "a"]);
});

test("those used longest ago make room", async () => {
  using cache = open(2);
  for (const [index, entry] of ["a", "b"].entries()) {
    await cache.cached()(inputs(entry));
    const fresh = readdirSync(cache.directory);
    for (const name of fresh.slice(index)) utimesSync(join(cache.directory, name), index + 1, index + 1);
  }
  await cache.cached()(inputs("c"));
  assert.equal(readdirSync(cache.directory).length, 2);
  await cache.cached()(inputs("c"));
  assert.deepEqual(cache.runs, ["a", "b", "c"]);
});

test("a directory that cannot be used costs the cache, not the object", async () => {
  using cache = open();
  const nowhere = cachedCompile(join(import.meta.filename, "none"), {
    compile: async () => ({ kind: "Object", bytes: Buffer.from("fresh"), durationUs: 1 }),
  });
  assert.equal(textOf(await nowhere(inputs("a"))), "fresh");
  assert.deepEqual(cache.runs, []);
});
