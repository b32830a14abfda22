import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { monotonicStartMs } from "./clock.ts";

test("the kernel's clock began when the machine did", () => {
  // /proc/uptime counts the same time, and what the machine slept besides.
  const uptimeMs = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
  const beganMs = Date.now() - uptimeMs;
  assert.ok(monotonicStartMs() >= beganMs - 1000, `${monotonicStartMs()} ${beganMs}`);
  assert.ok(Math.abs(monotonicStartMs() + Number(process.hrtime.bigint()) / 1e6 - Date.now()) < 1000);
});
