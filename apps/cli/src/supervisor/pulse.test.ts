import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, Pulse, type Sight } from "./pulse.ts";

const secondMs = 1000;

/** Looks at a process once a second; the second at which it is judged dead, at most `seconds`. */
function deadAfter(
  pulse: Pulse,
  seconds: number,
  look: (second: number) => Partial<Sight>,
  fromMs = 0,
): number {
  for (let second = 1; second <= seconds; second += 1) {
    const seen: Sight = {
      atMs: fromMs + second * secondMs,
      answer: "silent",
      state: "S",
      cpuMs: 0,
      ...look(second),
    };
    if (pulse.see(seen).kind === "dead") return second;
  }
  return Number.POSITIVE_INFINITY;
}

const heard = () => new Pulse(0, true);

test("a process that answers is well, whatever else it does", () => {
  assert.equal(
    deadAfter(heard(), 1000, () => ({ answer: "answers" })),
    Number.POSITIVE_INFINITY,
  );
});

test("a stopped process is dead after two seconds, also one that was just started", () => {
  for (const before of [true, false]) {
    assert.equal(
      deadAfter(new Pulse(0, before), 10, () => ({ state: "T" })),
      1 + limits.stoppedMs / secondMs,
    );
  }
});

test("a process that a debugger holds is left alone", () => {
  assert.ok(deadAfter(heard(), 200, () => ({ state: "t" })) > 200);
});

test("a silent process that does nothing is dead after eight seconds, one that computes or waits for a disk is not", () => {
  assert.equal(
    deadAfter(heard(), 100, () => ({})),
    limits.stillMs / secondMs,
  );
  assert.ok(deadAfter(heard(), 200, (second) => ({ cpuMs: second * 100 })) > 200);
  assert.ok(deadAfter(heard(), 200, () => ({ state: "R" })) > 200);
  assert.ok(deadAfter(heard(), 200, () => ({ state: "D" })) > 200);
});

test("a process that fell silent when its disk was full is dead soon after there is room, and gets no longer the next time", () => {
  const pulse = heard();
  const fullUntil = (end: number) => (second: number) => ({
    ...(second < 3 ? { answer: "answers" as const } : {}),
    short: second <= end,
  });
  // What it wrote last failed: it still answered what it was asked then.
  assert.equal(deadAfter(pulse, 100, fullUntil(2)), 2 + limits.shortMs / secondMs);
  pulse.restarted(10_000, false);
  // Still full after so long, it is no better off for an end, which is for others to see.
  assert.equal(deadAfter(pulse, 100, fullUntil(6), 10_000), 7);
});

test("the few ticks of timers do not make a process that hangs a busy one", () => {
  assert.equal(
    deadAfter(heard(), 100, (second) => ({ cpuMs: second * 10 })),
    limits.stillMs / secondMs,
  );
});

test("a process that computes for minutes without an answer is in an endless loop", () => {
  assert.equal(
    deadAfter(heard(), 1000, (second) => ({ cpuMs: second * 900 })),
    limits.busyMs / secondMs,
  );
});

test("a process that was just started may take its time, and is not told of", () => {
  const pulse = new Pulse(0, false);
  assert.deepEqual(pulse.see({ atMs: 20_000, answer: "silent", state: "S", cpuMs: 0 }), { kind: "well" });
  assert.equal(
    deadAfter(new Pulse(0, false), 1000, () => ({})),
    limits.busyMs / secondMs,
  );
});

test("a server that says it cannot work is dead, however busy it is", () => {
  assert.equal(
    deadAfter(heard(), 100, (second) => ({ answer: "refuses", cpuMs: second * 900 })),
    limits.stillMs / secondMs,
  );
});

test("who was ended for hanging is waited for twice as long the next time, until it was well for ten minutes", () => {
  const pulse = heard();
  const still = limits.stillMs / secondMs;
  assert.equal(
    deadAfter(pulse, 100, () => ({})),
    still,
  );
  pulse.restarted(10_000, true);
  pulse.see({ atMs: 10_000, answer: "answers", state: "S", cpuMs: 0 });
  assert.equal(
    deadAfter(pulse, 100, () => ({}), 10_000),
    2 * still,
  );
  pulse.restarted(30_000, true);
  deadAfter(pulse, 601, () => ({ answer: "answers" }), 30_000);
  assert.equal(
    deadAfter(pulse, 100, () => ({}), 631_000),
    still,
  );
});

test("what happened while we were stopped ourselves is not held against anybody", () => {
  const pulse = heard();
  pulse.see({ atMs: 1000, answer: "answers", state: "S", cpuMs: 0 });
  assert.equal(pulse.see({ atMs: 3_600_000, answer: "silent", state: "S", cpuMs: 0 }).kind, "well");
});
