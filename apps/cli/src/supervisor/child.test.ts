import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "@weft/lab";
import { backoffMs } from "./backoff.ts";
import { SupervisedChild } from "./child.ts";
import { boundLogFile } from "./log-file.ts";

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

test("what a service cannot begin with is its last error", async () => {
  await using one = supervise("echo 'weft-identity: WEFT_GRACE_MS: is \"soon\" (expected ms)'; exit 2");
  await until(() => one.child.hopeless !== undefined);
  assert.match(one.child.hopeless ?? "", /ends at once: WEFT_GRACE_MS: is "soon" \(expected ms\); see/);
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

test("the log of a program that runs is emptied beneath it, and it goes on writing", async () => {
  await using one = supervise("while :; do echo said; sleep 0.01; done");
  await until(() => one.said() !== "");
  appendFileSync(one.child.spec.log, "x".repeat(4 * 2 ** 20));
  boundLogFile(one.child.spec.log);
  await until(() => /^said\n/m.test(one.said()));
  assert.ok(one.said().length < 2 ** 20);
});

test("a program whose log cannot be opened runs all the same", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-child-"));
  const spec = { name: "c", command: "sleep", args: ["60"], env: { PATH: process.env.PATH ?? "" } };
  const child = new SupervisedChild({ ...spec, log: join(directory, "none", "log") }, () => {});
  child.start();
  try {
    await until(() => child.record !== undefined);
  } finally {
    await child.stop(1000);
    rmSync(directory, { recursive: true });
  }
});

test("a program of which nothing can be noted runs once, and is started again when it ends", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-child-"));
  const log = join(directory, "log");
  const spec = { name: "c", command: "sh", args: ["-c", "echo began; exec sleep 60"] };
  const spawned = {
    take: () => spawn(spec.command, spec.args, { stdio: ["ignore", openSync(log, "a"), 2] }),
  };
  for (const spares of [undefined, spawned]) {
    const fail = () => assert.fail("the notes cannot be written");
    const child = new SupervisedChild({ ...spec, env: { PATH: process.env.PATH ?? "" }, log }, fail, spares);
    child.start();
    const said = () => (existsSync(log) ? readFileSync(log, "utf8") : "");
    try {
      await until(() => child.record !== undefined && said() === "began\n");
      child.kill();
      await until(() => child.record?.restarts === 1 && said() !== "began\n");
      assert.equal(said(), "began\nbegan\n");
    } finally {
      await child.stop(1000);
      rmSync(log);
    }
  }
  rmSync(directory, { recursive: true });
});

test("a program that another supervisor left is adopted: it goes on, and is started again when it ends", async () => {
  await using left = supervise("echo began; exec sleep 60");
  await until(() => left.child.record !== undefined && left.said() === "began\n");
  const { record, spec } = left.child;
  assert.ok(record);
  const adopter = new SupervisedChild(spec, () => {});
  adopter.start({ ...record, restarts: 3 });
  try {
    await until(() => adopter.record !== undefined);
    assert.deepEqual(adopter.record, { ...record, restarts: 3 });
    const stopped = left.child.stop(1000); // Its first supervisor does not start it again.
    await until(() => adopter.record !== undefined && adopter.record.pid !== record.pid);
    await stopped;
    assert.equal(adopter.record?.restarts, 4);
  } finally {
    await adopter.stop(1000);
  }
});

test("a log that has become large makes room for another, and one older is kept", async () => {
  const directory = mkdtempSync(join(tmpdir(), "weft-child-"));
  try {
    const file = join(directory, "log");
    for (const text of ["a", "b"]) {
      writeFileSync(file, text.repeat(4 * 2 ** 20 + 1));
      boundLogFile(file);
      assert.equal(readFileSync(file, "utf8"), "");
      assert.equal(readFileSync(`${file}.1`, "utf8")[0], text);
    }
    writeFileSync(file, "small");
    boundLogFile(file);
    assert.equal(readFileSync(file, "utf8"), "small");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a program that had run well is started again at once; else the pause doubles, up to ten seconds", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 100].map(backoffMs), [0, 100, 200, 400, 800, 10_000]);
});
