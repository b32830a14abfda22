// What a person sees of a mesh whose processes are there and do not answer: frozen, or behind a lost route.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { commandsOf, enough, enoughInput, optionNamed } from "./test/commands.ts";
import { openState, type TestState } from "./test/state.ts";
import { untold } from "./test/told.ts";

/** Every command that has a deadline, with who does not answer. */
const waiting: Readonly<Record<string, RegExp>> = {
  status: /the log at/,
  wait: /the log at/,
  apply: /service compiler/,
  delete: /service compiler/,
  "option set": /service compiler/,
  get: /the log at/,
  log: /the log at/,
  observe: /the log at/,
  plan: /the loader of host h1/,
  "policy try": /service compiler/,
  trace: /the log at/,
  why: /the log at/,
  "lab rm": /the log at/,
  "lab ipv4": /the loader of host h1/,
};
/** Commands whose way to the mesh passes through the kernel, where tests/e2e try them. */
const elsewhere = ["lab run"];

let state: TestState;
before(async () => {
  state = await openState();
  state.addSilence();
});
after(() => state[Symbol.asyncDispose]());

test("every command with a deadline is tried against a mesh that does not answer", () => {
  const timed = commandsOf().filter(({ command }) => optionNamed(command, "--timeout") !== undefined);
  assert.deepEqual(timed.map(({ name }) => name).sort(), [...Object.keys(waiting), ...elsewhere].sort());
});

suite("against a mesh that does not answer", { concurrency: 4 }, () => {
  for (const [name, whom] of Object.entries(waiting)) {
    test(`${name}: ends at its deadline and names who did not answer, exit 1`, {
      timeout: 120_000,
    }, async () => {
      const { status, stderr, stdout } = await state.run(
        [...name.split(" "), ...(enough[name] ?? []), "--timeout", "1500ms"],
        enoughInput,
      );
      assert.equal(status, 1, stderr + stdout);
      assert.match(stderr, whom);
      assert.match(stderr, /did not answer within|does not answer/);
      assert.doesNotMatch(stderr, /^ +at /m, "no stack");
    });
  }
});

test("status shows what is known when neither log nor loaders answer: exit 1", {
  timeout: 120_000,
}, async () => {
  const { status, stdout } = await state.run(["status", "-o", "json", "--timeout", "1s"]);
  assert.equal(status, 1);
  const { mesh, head, logError, hosts, processes } = JSON.parse(stdout);
  assert.deepEqual({ mesh, head }, { mesh: "test", head: null });
  assert.match(logError, /^the log at nats:.* did not answer within/);
  assert.equal(hosts.length, 1);
  assert.match(hosts[0].error, /the loader of host h1 did not answer/);
  assert.deepEqual(
    processes.map(({ name, running }: { name: string; running: boolean }) => ({ name, running })),
    [{ name: "nats-server", running: true }],
  );
});

test("what status prints of a host that does not answer is what OUTPUT.md tells, with --wait too", {
  timeout: 120_000,
}, async () => {
  for (const words of [
    ["status", "-o", "json"],
    ["status", "--wait", "-o", "json"],
  ]) {
    const { status, stdout } = await state.run([...words, "--timeout", "1s"]);
    assert.equal(status, 1);
    assert.equal(JSON.parse(stdout).hosts.length, 1);
    assert.deepEqual(untold(words, stdout), []);
  }
});
