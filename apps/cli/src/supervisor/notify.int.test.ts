import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isService, openNotifier } from "./notify.ts";

const skip = existsSync("/usr/bin/systemd-notify") ? false : "needs systemd-notify";

// Perl is part of every Debian. A receiver that asks for no descriptors closes those that it is sent, as the end of a message.
const receive = `use Socket; $| = 1; socket(S, PF_UNIX, SOCK_DGRAM, 0); bind(S, sockaddr_un($ARGV[0]));
while (defined recv(S, $text, 4096, 0)) { print "$text\n" }`;

/** A socket as a service manager has one, and what came in there. */
async function openManager() {
  const directory = mkdtempSync(join(tmpdir(), "weft-notify-"));
  const socket = join(directory, "s");
  const receiver = spawn("perl", ["-e", receive, socket]);
  let said = "";
  receiver.stdout.on("data", (chunk) => {
    said += chunk;
  });
  while (!existsSync(socket)) await sleep(10);
  return {
    socket,
    async until(wanted: RegExp) {
      for (const end = Date.now() + 10_000; !wanted.test(said); await sleep(10)) {
        assert.ok(Date.now() < end, `came in: ${JSON.stringify(said)}`);
      }
    },
    [Symbol.dispose]() {
      receiver.kill();
      rmSync(directory, { recursive: true });
    },
  };
}

test("a service manager is told which process is the service, that it is ready, and that it lives", {
  skip,
}, async () => {
  using manager = await openManager();
  const variables = { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: "30000000", PATH: process.env.PATH };
  const notifier = openNotifier(variables);
  assert.equal(notifier.isThere, true);
  assert.equal(notifier.watchdogMs, 7500);
  await notifier.tell(`--pid=${process.pid}`, "--ready", "--status=8 processes run");
  await manager.until(new RegExp(`^MAINPID=${process.pid}$`, "m"));
  await manager.until(/^READY=1$/m);
  await manager.until(/^STATUS=8 processes run/m);
  await notifier.tell("WATCHDOG=1");
  await manager.until(/WATCHDOG=1/);
});

test("where there is no service manager nobody is told, and one that is gone is no reason to stop", async () => {
  const nobody = openNotifier({ PATH: process.env.PATH });
  assert.equal(nobody.isThere, false);
  assert.equal(nobody.watchdogMs, undefined);
  await nobody.tell("WATCHDOG=1");
  const gone = openNotifier({ NOTIFY_SOCKET: "/nonexistent/notify", PATH: process.env.PATH });
  assert.equal(gone.watchdogMs, undefined);
  await gone.tell("WATCHDOG=1");
});

test("a command is a service only where systemd started this very process, not where it inherits from one", () => {
  const socket = "/run/systemd/notify";
  assert.equal(isService({ NOTIFY_SOCKET: socket, SYSTEMD_EXEC_PID: `${process.pid}` }), true);
  assert.equal(isService({ NOTIFY_SOCKET: socket, SYSTEMD_EXEC_PID: `${process.ppid}` }), false);
  assert.equal(isService({ NOTIFY_SOCKET: socket }), false);
  assert.equal(isService({ NOTIFY_SOCKET: "", SYSTEMD_EXEC_PID: `${process.pid}` }), false);
  assert.equal(isService({ SYSTEMD_EXEC_PID: `${process.pid}` }), false);
});
