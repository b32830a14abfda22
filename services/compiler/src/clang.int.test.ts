import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { compile, openToolchain } from "./clang.ts";
import type { Limits } from "./fence.ts";
import { readLeft, runSandboxed } from "./sandbox.ts";
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

/** Processes that were started for a folder: it is in their environment. */
async function processesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (/^\d+$/.test(pid) && environment.includes(`TMPDIR=${folder}\0`)) found.push(pid);
  }
  return found;
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
    const script = "sleep 1000 & setsid sleep 1000 & wait";
    const run = runSandboxed(["sh", "-c", script], { cwd, limits: { ...limits, timeoutMs: 300 } });
    await assert.rejects(run, (error) => isWeftError(error, "DEADLINE_EXCEEDED"));
    const deadline = AbortSignal.timeout(5000);
    while ((await processesIn(cwd)).length > 0) deadline.throwIfAborted();
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

test("a sandboxed command sees nothing of this machine but its folder and /usr, and writes only its folder", async () => {
  const secret = await mkdtemp(join(tmpdir(), "wt-secret-"));
  try {
    await chmod(secret, 0o777);
    await writeFile(join(secret, "seed"), "SECRET", { mode: 0o644 });
    await inFolder(async (cwd) => {
      const run = (script: string) => runSandboxed(["sh", "-c", script], { cwd, limits });
      const all = await run(
        `cat ${secret}/seed /etc/shadow; ls -A / /proc/1/root /root /var ..; id -u; id -g`,
      );
      assert.doesNotMatch(all.stdout, /SECRET|root:|etc|var|wt-secret/);
      assert.match(all.stdout, /65534\n65534\n$/);
      const writing = `for at in / /usr /usr/include ${secret} /dev /proc/sys/kernel; do
        echo x > $at/made && echo "$at"; done; echo x > made && echo here`;
      assert.equal((await run(writing)).stdout, "here\n");
      const status = (await run("cat /proc/self/status")).stdout;
      assert.match(status, /^NoNewPrivs:\t1$/m);
      for (const set of ["Prm", "Eff", "Bnd"]) assert.match(status, new RegExp(`^Cap${set}:\t0+$`, "m"));
    });
    assert.deepEqual(await readdir(secret), ["seed"]);
  } finally {
    await rm(secret, { recursive: true });
  }
});

test("a source that includes a secret of this machine is refused, and says nothing of it", async () => {
  const secret = await mkdtemp(join(tmpdir(), "wt-secret-"));
  try {
    await chmod(secret, 0o777);
    await writeFile(join(secret, "seed"), "SECRET\n", { mode: 0o644 });
    const sources = new Map(await readSources());
    const toolchain = await openToolchain(sources);
    for (const path of [join(secret, "seed"), "/etc/passwd", "/etc/shadow"]) {
      sources.set("lib/count.h", `#include "${path}"\n`);
      const compiled = await compile({ entry: "uplink", sources, generated: new Map(), ...toolchain });
      assert.ok(compiled.kind === "Errors");
      assert.match(JSON.stringify(compiled.diagnostics), /file not found/);
      assert.doesNotMatch(JSON.stringify(compiled.diagnostics), /SECRET|root:/);
    }
  } finally {
    await rm(secret, { recursive: true });
  }
});

test("what a command leaves instead of a file is not followed", async () => {
  await inFolder(async (cwd) => {
    await runSandboxed(["sh", "-c", "ln -s /etc/shadow link; mkfifo pipe; echo fine > file"], {
      cwd,
      limits,
    });
    for (const name of ["link", "pipe", "nothing"]) {
      await assert.rejects(readLeft(join(cwd, name)), (error) => isWeftError(error, "INTERNAL"));
    }
    assert.equal(Buffer.from(await readLeft(join(cwd, "file"))).toString(), "fine\n");
  });
});
