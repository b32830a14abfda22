import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { WeftError } from "@weft/netaddr";
import type { Context } from "./context.ts";
import { unlimitedWaits, withDeadline, withPatience } from "./waits.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval"] }));
afterEach(() => mock.timers.reset());

/** A context that notes what is said. */
function listen(): { readonly said: string[]; readonly context: Context } {
  const said: string[] = [];
  const output = { print: () => {}, say: (text: string) => void said.push(text), ready: async () => {} };
  const context = { output, signal: new AbortController().signal, waits: unlimitedWaits(output) };
  return { said, context: context as unknown as Context };
}

const never = new Promise<never>(() => {});

test("a wait is said after a second, once, with whom it is for; a short one is not", async () => {
  const { said, context } = listen();
  await context.waits.on("the log", async () => 1);
  mock.timers.tick(5_000);
  assert.deepEqual(said, []);
  void context.waits.on("the log", () => never);
  void context.waits.on("the log", () => never);
  mock.timers.tick(999);
  assert.deepEqual(said, []);
  mock.timers.tick(1);
  assert.deepEqual(said, ["weft: waiting for the log"]);
});

test("a deadline is shared by all waits, ends each by name, and aborts what the command does", async () => {
  const { context } = listen();
  const timed = withDeadline(context, 3_000);
  const [one, two] = ["the log", "service lb"].map((whom) => timed.waits.on(whom, () => never));
  mock.timers.tick(3_000);
  const late = (whom: string) => ({
    code: "DEADLINE_EXCEEDED",
    message: `${whom} did not answer within 3 s`,
  });
  await assert.rejects(one ?? never, late("the log"));
  await assert.rejects(two ?? never, late("service lb"));
  assert.equal(timed.signal.aborted, true);
});

test("patience begins anew with each answer, and many answers are watched as one is", async () => {
  const { context } = listen();
  const answers = async function* () {
    yield 1;
    yield 2;
    await never;
  };
  const source = withPatience(context, 200).waits.each("the log", answers());
  const seen: number[] = [];
  const reading = (async () => {
    for await (const answer of source) seen.push(answer);
  })();
  while (seen.length < 2) await new Promise(setImmediate);
  await new Promise(setImmediate);
  const started = performance.now();
  // The clock itself is real.
  while (performance.now() - started < 250) mock.timers.tick(100);
  mock.timers.tick(100);
  await assert.rejects(reading, { message: "the log did not answer within 0.2 s" });
  assert.deepEqual(seen, [1, 2]);
});

test("who does not answer is named, and a refusal stays as it is", async () => {
  const { waits } = listen().context;
  const failing = (code: "UNAVAILABLE" | "NOT_FOUND") =>
    waits.on("service lb", () => Promise.reject(new WeftError(code, "no")));
  const late = new WeftError("DEADLINE_EXCEEDED", "/weft.v1.Loader/Detach: Waiting for LB pick");
  await assert.rejects(
    waits.on("service lb", () => Promise.reject(late)),
    { code: "DEADLINE_EXCEEDED", message: /^service lb did not answer within [\d.]+ s$/ },
  );
  await assert.rejects(failing("UNAVAILABLE"), { code: "UNAVAILABLE", message: "service lb: no" });
  await assert.rejects(failing("NOT_FOUND"), { code: "NOT_FOUND", message: "no" });
});

test("what may keep an answer from coming is told while it is waited for, and when it does not come", async () => {
  const { said, context } = listen();
  const timed = withDeadline(context, 3_000);
  const waiting = timed.waits.on(
    "service lb",
    () => never,
    async () => "no space: /",
  );
  mock.timers.tick(1_000);
  await new Promise(setImmediate);
  assert.deepEqual(said, ["weft: waiting for service lb; no space: /"]);
  mock.timers.tick(2_000);
  await assert.rejects(waiting, { message: "service lb did not answer within 3 s; no space: /" });
  const refused = new WeftError("NOT_FOUND", "no");
  const answer = context.waits.on(
    "service lb",
    () => Promise.reject(refused),
    async () => "no space: /",
  );
  await assert.rejects(answer, { message: "no" });
});
