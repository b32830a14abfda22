// What a person sees of a mesh whose processes are there and do not answer: frozen, or behind a lost route.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { commandsOf, optionNamed } from "./test/commands.ts";
import { openState, type TestState } from "./test/state.ts";

const policy =
  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n}, spec: {podSelector: {}}}";

/** Every command that has a deadline, with words that reach whoever does not answer. */
const waiting: Readonly<Record<string, { readonly words: readonly string[]; readonly whom: RegExp }>> = {
  status: { words: [], whom: /the log at/ },
  wait: { words: [], whom: /the log at/ },
  apply: { words: ["-f", "-"], whom: /service compiler/ },
  delete: { words: ["-f", "-"], whom: /service compiler/ },
  "option set": { words: ["mtu=1400"], whom: /service compiler/ },
  get: { words: ["hosts"], whom: /the log at/ },
  log: { words: [], whom: /the log at/ },
  observe: { words: [], whom: /the log at/ },
  plan: { words: [], whom: /the loader of host h1/ },
  "policy try": { words: ["-f", "-"], whom: /service compiler/ },
  trace: { words: ["1"], whom: /the log at/ },
  why: { words: ["--from", "a/b", "--to", "a/c", "--port", "tcp/80"], whom: /the log at/ },
  "lab rm": { words: ["default/none"], whom: /the log at/ },
  "lab ipv4": { words: ["default/web", "on"], whom: /the loader of host h1/ },
};
/** Commands whose way to the mesh passes through the kernel, where tests/e2e try them. */
const elsewhere = ["lab run"];

let state: TestState;
before(async () => {
  state = await openState();
  for (const service of ["compiler", "lb", "identity", "ipam", "loader-h1"]) state.addSilent(service);
  const noted = {
    ...{ id: "0a", namespace: "default", name: "web", host: "h1", labels: {}, ports: [], identity: 256 },
    ...{ ipv6: "fd00:1:2:1::1", ipv4: "", revision: 1, netns: "/run/netns/none", control: "/none" },
  };
  mkdirSync(state.paths.containers);
  writeFileSync(join(state.paths.containers, "default_web.json"), JSON.stringify(noted));
  state.freeze();
});
after(() => state[Symbol.asyncDispose]());

test("every command with a deadline is tried against a mesh that does not answer", () => {
  const timed = commandsOf().filter(({ command }) => optionNamed(command, "--timeout") !== undefined);
  assert.deepEqual(timed.map(({ name }) => name).sort(), [...Object.keys(waiting), ...elsewhere].sort());
});

suite("against a mesh that does not answer", { concurrency: 4 }, () => {
  for (const [name, { words, whom }] of Object.entries(waiting)) {
    test(`${name}: ends at its deadline and names who did not answer, exit 1`, {
      timeout: 120_000,
    }, async () => {
      const { status, stderr, stdout } = await state.run(
        [...name.split(" "), ...words, "--timeout", "1500ms"],
        policy,
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
