import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { compile, openToolchain } from "./clang.ts";
import { type Limits, runSandboxed } from "./sandbox.ts";
import { readSources } from "./sources.ts";

const limits: Limits = { cpuSeconds: 5, memoryBytes: 2 ** 31, fileBytes: 2 ** 20, timeoutMs: 10_000 };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "wt-sandbox-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("the same inputs give the same bytes in another folder", async () => {
  const sources = await readSources();
  const inputs = { entry: "uplink", sources, generated: new Map(), ...(await openToolchain(sources)) };
  const [one, two] = await Promise.all([compile(inputs), compile(inputs)]);
  assert.ok(one.kind === "Object" && two.kind === "Object");
  assert.deepEqual(one.bytes, two.bytes);
  assert.equal(Buffer.from(one.bytes).includes(tmpdir()), false, "names a folder of this machine");
});

test("an error in a source comes with its place", async () => {
  const sources = new Map(await readSources());
  const toolchain = await openToolchain(sources);
  sources.set("lib/count.h", `${sources.get("lib/count.h")}\nint broken(void) { return nothing; }\n`);
  const line = sources.get("lib/count.h")?.split("\n").length ?? 0;
  const compiled = await compile({ entry: "uplink", sources, generated: new Map(), ...toolchain });
  assert.ok(compiled.kind === "Errors");
  const [finding] = compiled.diagnostics;
  assert.match(`${finding?.file}`, /lib\/count\.h$/);
  assert.deepEqual([finding?.line, finding?.column], [line - 1, 27]);
});

test("a command that takes too long is killed with all it started", async () => {
  await inFolder(async (cwd) => {
    const script = "sleep 1000 & echo $! > pid; wait";
    const run = runSandboxed(["sh", "-c", script], { cwd, limits: { ...limits, timeoutMs: 300 } });
    await assert.rejects(run, (error) => isWeftError(error, "DEADLINE_EXCEEDED"));
    // A dead child may wait for its new parent to notice: state Z.
    const look = "cut -d' ' -f3 /proc/$(cat pid)/stat 2>/dev/null; true";
    const { stdout } = await runSandboxed(["sh", "-c", look], { cwd, limits });
    assert.match(stdout, /^(Z\n)?$/);
  });
});

test("an aborted command ends as cancelled", async () => {
  await inFolder(async (cwd) => {
    const stop = new AbortController();
    const run = runSandboxed(["sleep", "1000"], { cwd, limits, signal: stop.signal });
    stop.abort();
    await assert.rejects(run, (error) => isWeftError(error, "CANCELLED"));
  });
});

test("a sandboxed command sees no network, no environment, and cannot write large files", async () => {
  await inFolder(async (cwd) => {
    const run = (script: string) => runSandboxed(["sh", "-c", script], { cwd, limits });
    assert.match((await run("cat /proc/net/dev")).stdout, /^[^:]*\n[^:]*\n\s*lo:[^\n]*\n$/);
    assert.doesNotMatch((await run("env")).stdout, /HOME|WEFT|OTEL/);
    await run("head -c 5000000 /dev/zero > big");
    assert.equal((await stat(join(cwd, "big"))).size, limits.fileBytes);
  });
});
