import assert from "node:assert/strict";
import { closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "@weft/lab";
import { backoffMs } from "./backoff.ts";
import { SupervisedChild } from "./child.ts";
import { openLogFile } from "./log-file.ts";

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, "the condition does not come true");
    await sleep(10);
  }
}

/** A shell script under supervision, stopped and forgotten at the end. */
function supervise(script: string) {
  const directory = mkdtempSync(join(tmpdir(), "weft-child-"));
  const log = join(directory, "log");
  const env = { PATH: process.env.PATH ?? "" };
  const child = new SupervisedChild({ name: "c", command: "sh", args: ["-c", script], env, log }, () => {});
  child.start();
  return {
    child,
    said: () => readFileSync(log, "utf8"),
    async [Symbol.asyncDispose]() {
      await child.stop(1000);
      rmSync(directory, { recursive: true });
    },
  };
}

test("a program that is killed is started again under a new number", async () => {
  await using one = supervise("echo began; exec sleep 60");
  await until(() => one.child.record !== undefined && one.said() === "began\n");
  const first = one.child.record;
  assert.ok(first);
  process.kill(first.pid, "SIGKILL");
  await until(() => one.child.record !== undefined && one.child.record.pid !== first.pid);
  assert.equal(isRunning(first), false);
  assert.equal(one.child.record?.restarts, 1);
  await until(() => one.said() === "began\nbegan\n");
});

test("a program that ends at once three times is called hopeless with its last error, and still tried", async () => {
  await using one = supervise("echo 'WeftError: the kernel is too old'; exit 1");
  await until(() => one.child.hopeless !== undefined);
  assert.match(one.child.hopeless ?? "", /ends at once: the kernel is too old; see/);
});

test("a program that does not listen to SIGTERM is ended all the same, and not started again", async () => {
  await using one = supervise("trap '' TERM; echo began; while :; do sleep 0.05; done");
  await until(() => one.child.record !== undefined && one.said() !== "");
  const { record } = one.child;
  assert.ok(record);
  await one.child.stop(100);
  assert.equal(isRunning(record), false);
  assert.equal(one.child.record, undefined);
});

test("a log that has become large makes room for another at the next start, and one older is kept", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-child-"));
  try {
    const file = join(directory, "log");
    for (const text of ["a", "b"]) {
      writeFileSync(file, text.repeat(4 * 2 ** 20 + 1));
      closeSync(openLogFile(file));
      assert.equal(readFileSync(file, "utf8"), "");
      assert.equal(readFileSync(`${file}.1`, "utf8")[0], text);
    }
    writeFileSync(file, "small");
    closeSync(openLogFile(file));
    assert.equal(readFileSync(file, "utf8"), "small");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("the pause before a restart doubles, up to ten seconds", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 100].map(backoffMs), [100, 100, 200, 400, 800, 10_000]);
});
