import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { fenceFailed, type Limits } from "./fence.ts";
import { bindPrograms } from "./program.ts";
import { runSandboxed } from "./sandbox.ts";

const limits: Limits = { cpuSeconds: 5, memoryBytes: 2 ** 31, outputBytes: 2 ** 20, timeoutMs: 20_000 };
const tools = ["sh", "cat", "ls", "id", "sleep", "setsid", "head"];

/** Runs a shell script in the sandbox; answers what it wrote to output and errors. */
async function inShell(script: string, options: Partial<Limits> & { readonly signal?: AbortSignal } = {}) {
  const { signal, ...more } = options;
  const root = {
    files: new Map([["/here/own.h", "own\n"]]),
    bound: await bindPrograms(...tools),
    folder: "/here",
  };
  const given = { limits: { ...limits, ...more }, ...(signal === undefined ? {} : { signal }) };
  const { status, stdout, stderr } = await runSandboxed(["/bin/sh", "-c", script], root, given);
  return { status, stdout: Buffer.from(stdout).toString(), stderr };
}

/** Processes of this machine with a word in their command line. */
async function processesWith(word: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(word)) found.push(pid);
  }
  return found;
}

async function untilGone(word: string): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while ((await processesWith(word)).length > 0) deadline.throwIfAborted();
}

test("a command that takes too long is killed with all it started", async () => {
  const word = "1000.2718";
  const run = inShell(`setsid --fork sleep ${word}; sleep ${word}`, { timeoutMs: 1000 });
  await assert.rejects(run, (error) => isWeftError(error, "DEADLINE_EXCEEDED"));
  await untilGone(word);
});

test("what a command leaves running ends with it", async () => {
  const word = "1000.3141";
  assert.equal((await inShell(`setsid --fork sleep ${word}; exit 3`)).status, 3);
  await untilGone(word);
});

test("a command ends with the process that started it, also when that is killed", async () => {
  const word = "1000.5772";
  const own = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    const { runSandboxed } = await import(${own("sandbox.ts")});
    const { bindPrograms } = await import(${own("program.ts")});
    const root = { files: new Map(), bound: await bindPrograms("sleep"), folder: "/" };
    await runSandboxed(["/bin/sleep", "${word}"], root, { limits: ${JSON.stringify({ ...limits, timeoutMs: 60_000 })} });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
  const deadline = AbortSignal.timeout(20_000);
  const sleeps = async () => {
    const found = await processesWith(word);
    const names = await Promise.all(
      found.map((pid) => readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")),
    );
    return names.includes("sleep\n");
  };
  while (!(await sleeps())) deadline.throwIfAborted();
  child.kill("SIGKILL");
  await once(child, "exit");
  await untilGone(word);
});

test("an aborted command ends as cancelled", async () => {
  const stop = new AbortController();
  const run = inShell("sleep 1000", { signal: stop.signal });
  stop.abort();
  await assert.rejects(run, (error) => isWeftError(error, "CANCELLED"));
});

test("a command that writes more than it may is ended, and one whose fence cannot be put up has not begun", async () => {
  const endless = inShell("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
  await assert.rejects(endless, (error) => isWeftError(error, "RESOURCE_EXHAUSTED"));
  const root = { files: new Map(), bound: [{ from: "/nowhere", at: "/nowhere" }], folder: "/" };
  assert.equal((await runSandboxed(["/bin/sh"], root, { limits })).status, fenceFailed);
  const large = { ...root, bound: [], files: new Map([["/a", "x".repeat(9 * 2 ** 20)]]) };
  await assert.rejects(runSandboxed(["/bin/sh"], large, { limits }), (error) =>
    isWeftError(error, "RESOURCE_EXHAUSTED"),
  );
});

test("a command sees its files and what is bound, nothing else of this machine, and can write nowhere", async () => {
  const secret = await mkdtemp(join(tmpdir(), "wt-secret-"));
  try {
    await chmod(secret, 0o777);
    await writeFile(join(secret, "seed"), "SECRET", { mode: 0o644 });
    const { stdout, stderr } = await inShell(
      `cat ${secret}/seed /etc/passwd; ls -A / ..; cat own.h; echo "$HOME$WEFT_STATE"`,
    );
    assert.doesNotMatch(
      stdout + stderr,
      /SECRET|root:|wt-secret-[^/]*\/seed\n|etc\n|proc\n|dev\n|usr\n|var\n/,
    );
    assert.match(stdout, /\bown\n\n$/);
    const writing = `for at in . / /bin /lib /tmp /dev /proc ${secret}; do (echo x > $at/made) && echo "$at"; done; echo end`;
    assert.equal((await inShell(writing)).stdout, "end\n");
    assert.deepEqual(await readdir(secret), ["seed"]);
  } finally {
    await rm(secret, { recursive: true });
  }
});

test("a command has no privileges and no network, and no two have one user", async () => {
  const bound = [...(await bindPrograms(...tools)), { from: "/proc", at: "/proc", folder: true }];
  const seen = async () => {
    const script = "cat /proc/self/status /proc/self/net/dev; id -u; id -g; id -G";
    const root = { files: new Map(), bound, folder: "/" };
    const { stdout } = await runSandboxed(["/bin/sh", "-c", script], root, { limits });
    return Buffer.from(stdout).toString();
  };
  const [one, two] = [await seen(), await seen()];
  assert.match(one, /^NoNewPrivs:\t1$/m);
  for (const set of ["Inh", "Prm", "Eff", "Amb"]) assert.match(one, new RegExp(`^Cap${set}:\t0+$`, "m"));
  assert.match(one, /\n[^:\n]*\n[^:\n]*\n\s*lo:[^\n]*\n\d+\n\d+\n\d+\n$/, "a device but lo");
  const users = (text: string) => text.trim().split("\n").slice(-3);
  assert.notEqual(users(one)[0], users(two)[0]);
  for (const user of [...users(one), ...users(two)]) {
    assert.ok(Number(user) >= 1_879_048_192 && Number(user) <= 2_147_352_575, user);
  }
});
