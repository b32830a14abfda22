import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { kernelTest } from "../test/needs.ts";
import { isNetnsLockTaken, netnsLockHolder, takeNetnsLock } from "./netns-lock.ts";

const code = `import { takeNetnsLock } from ${JSON.stringify(join(import.meta.dirname, "netns-lock.ts"))};
  console.log(takeNetnsLock(process.argv[1]) === undefined ? "refused" : "held");
  setInterval(() => {}, 1000);`;

/** Another process that tries to take a lock, in namespaces of its own. */
async function other(name: string, enter: readonly string[] = []) {
  const [command = "", ...words] = [...enter, process.execPath, "--input-type=module", "-e", code, name];
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await once(child.stdout, "data");
  return {
    said: String(said).trim(),
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

test(
  "a lock that a process holds is refused to others, who learn which one it is, until it ends",
  kernelTest,
  async () => {
    const name = `weft-test-${process.pid}`;
    assert.equal(isNetnsLockTaken(name), false);
    assert.equal(netnsLockHolder(name), undefined);
    {
      await using holder = await other(name);
      assert.equal(holder.said, "held");
      assert.equal(takeNetnsLock(name), undefined);
      assert.equal(isNetnsLockTaken(name), true);
      assert.equal(netnsLockHolder(name), holder.pid);
      using another = takeNetnsLock(`${name}-another`);
      assert.ok(another, "of another name");
    }
    const held = takeNetnsLock(name);
    assert.ok(held, "who was killed holds nothing");
    assert.equal(takeNetnsLock(name), undefined, "nor does its holder get it twice");
    assert.equal(netnsLockHolder(name), process.pid);
    held[Symbol.dispose]();
    held[Symbol.dispose]();
    assert.equal(isNetnsLockTaken(name), false);
  },
);

test(
  "a lock is of the network namespace, whatever else a process sees of the machine",
  kernelTest,
  async () => {
    const name = `weft-test-${process.pid}`;
    // With a /proc of its own and no /sys at all.
    const blind = 'mount -t tmpfs none /sys && exec "$@"';
    const enter = [
      "unshare",
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      "sh",
      "-c",
      blind,
      "sh",
    ];
    await using holder = await other(name, enter);
    assert.equal(holder.said, "held");
    assert.equal(takeNetnsLock(name), undefined);
    await using stranger = await other(name, ["unshare", "--net"]);
    assert.equal(stranger.said, "held", "another network namespace has its own");
  },
);

test("who may not administer the network can neither take a lock nor be in its way", kernelTest, async () => {
  const name = `weft-test-${process.pid}-user`;
  process.seteuid?.(65534);
  try {
    assert.throws(() => takeNetnsLock(name), { code: /^(EPERM|EACCES)$/ });
    await using squatter = createServer().listen(`\0${name}`);
    await once(squatter, "listening");
    process.seteuid?.(0);
    using held = takeNetnsLock(name);
    assert.ok(held);
  } finally {
    process.seteuid?.(0);
  }
});
