import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mock, test } from "node:test";
import { processVitals } from "@weft/lab";
import { Watch } from "./watch.ts";

test("a process that hangs is ended after the same time when the clock of the day is set back", async () => {
  const { started = 0 } = processVitals(process.pid) ?? {};
  const said: string[] = [];
  let kills = 0;
  let nowMs = 0;
  let todayMs = Date.parse("2026-01-01T12:00:00Z");
  const clock = mock.method(Date, "now", () => todayMs);
  const stop = new AbortController();
  const target = {
    name: "a",
    record: { name: "a", pid: process.pid, started, restarts: 0 },
    // Four seconds pass at each look, and the clock of the day goes back by an hour.
    async ask() {
      nowMs += 4_000;
      todayMs -= 3_600_000;
      return "refuses" as const;
    },
    kill() {
      kills += 1;
      stop.abort();
    },
  };
  const watch = new Watch(
    target,
    true,
    (text) => void said.push(text),
    () => nowMs,
  );
  try {
    await watch.run(stop.signal);
  } finally {
    clock.mock.restore();
  }
  assert.equal(kills, 1);
  assert.deepEqual(said, [
    "a: it does not answer, since 2026-01-01T10:59:56.000Z",
    "a: it does not do its work, since 2026-01-01T09:59:52.000Z",
    "a is ended, to be started again",
  ]);
});

test("a process that is stopped by a signal is ended, and its answer is not waited for", async () => {
  const child = spawn("sleep", ["60"]);
  const { pid = 0 } = child;
  const stop = new AbortController();
  let nowMs = 0;
  const target = {
    name: "a",
    record: { name: "a", pid, started: processVitals(pid)?.started ?? 0, restarts: 0 },
    ask: () => Promise.withResolvers<never>().promise,
    kill() {
      child.kill("SIGKILL");
      stop.abort();
    },
  };
  child.kill("SIGSTOP");
  // A second passes with each look at the clock.
  const now = () => {
    nowMs += 1_000;
    return nowMs;
  };
  const said: string[] = [];
  await new Watch(target, true, (text) => void said.push(text), now).run(stop.signal);
  assert.match(said.join("\n"), /^a: it is stopped by a signal, since .*\na is ended, to be started again$/);
});
