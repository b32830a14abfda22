// The exit status of every command: something wrong with the command line, no mesh, Ctrl-C, SIGTERM. Those of commands that start a
// mesh, or run in a container, are tried in tests/e2e/signals.e2e.test.ts.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { subjects } from "@weft/log";
import { commandsOf, enough, enoughInput } from "./test/commands.ts";
import { openState, runWeft, startWeft, type TestState } from "./test/state.ts";
import { weft } from "./test/weft.ts";

/** Commands that need no mesh: they start one of their own, or find that there is none. */
const starting = ["up", "lab up", "lab demo", "conformance run"];
const content = ["down", "lab down", "version"];

/** Commands that can wait for a mesh that does not answer; the others ask nobody but processes and the kernel. */
const unasking = [...starting, ...content, "lab exec", "lab probe", "lab run"];

const names = commandsOf().map(({ name }) => name);
let state: TestState;
before(async () => {
  state = await openState();
  state.addSilence();
});
after(() => state[Symbol.asyncDispose]());

function commandLine(name: string): string[] {
  return [...name.split(" "), ...(enough[name] ?? [])];
}

/** Commands that go on until somebody ends them, or what they wait for has come. */
const runsOn = ["wait", "log", "observe"];
const waiting = names
  .filter((name) => !unasking.includes(name))
  .map(
    (name) =>
      [name, [...commandLine(name), ...(["log", "observe"].includes(name) ? ["--follow"] : [])]] as const,
  );

/** Ends a command that waits, and tells how it ended. */
async function interrupted(words: readonly string[], signal: "SIGINT" | "SIGTERM") {
  const child = startWeft(words, { WEFT_STATE: state.paths.state });
  const closed = once(child, "close");
  let said = "";
  child.stderr.on("data", (chunk) => {
    // Once: a second signal ends it without asking.
    if (!/waiting for/.test(said) && /waiting for/.test(said + chunk)) child.kill(signal);
    said += chunk;
  });
  child.stdin.end(enoughInput);
  const [status, killed] = await closed;
  return { status, killed, said };
}

for (const name of names) {
  test(`${name}: an option that it does not have, exit 2`, async () => {
    const { status, printed, said } = await weft([...name.split(" "), "--nonsense", ...(enough[name] ?? [])]);
    assert.deepEqual([status, printed], [2, ""]);
    assert.match(said, /unknown option '--nonsense'/);
  });
}

for (const name of names.filter((one) => enough[one] !== undefined)) {
  test(`${name}: without what it needs, exit 2`, async () => {
    const { status, printed, said } = await weft(name.split(" "));
    assert.deepEqual([status, printed], [2, ""], said);
    assert.match(said, /missing|required|there is no candidate/);
  });
}

for (const name of names.filter((one) => !starting.includes(one))) {
  const fine = content.includes(name);
  test(`${name}: where no mesh is up, exit ${fine ? 0 : 1}`, async () => {
    const { status, said } = await weft(commandLine(name), enoughInput);
    assert.equal(status, fine ? 0 : 1, said);
    if (!fine) assert.match(said, /^weft: no mesh is up at .* \(expected weft up, /m);
  });
}

suite("exit statuses of processes", { concurrency: 4 }, () => {
  for (const [words, expected] of [
    [["version"], 0],
    [["get", "hosts", "--state", "/nonexistent"], 1],
    [["get"], 2],
    [["get", "hosts", "--nonsense"], 2],
  ] as const) {
    test(`weft ${words.join(" ")}: exit ${expected}`, async () => {
      assert.equal((await runWeft(words, "", {})).status, expected);
    });
  }

  for (const [name, words] of waiting) {
    for (const [signal, expected] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      // Of commands that end by themselves one signal is enough: all of them are told in main.ts.
      if (signal === "SIGTERM" && !runsOn.includes(name)) continue;
      test(`${words.join(" ")}: ended by ${signal} while it waits, exit ${expected}`, async () => {
        const { status, killed, said } = await interrupted(words, signal);
        assert.deepEqual([status, killed], [expected, null], said);
        assert.match(said, new RegExp(`^weft: ended by ${signal}$`, "m"));
        assert.doesNotMatch(said, /^ +at /m, "no stack");
      });
    }
  }
});

test("log --follow that has begun to follow: ended by SIGINT, exit 0", async () => {
  await using live = await openState();
  const compiler = await live.nats.connect("compiler");
  const data = { scope: "mesh", values: { mtu: "1400" } };
  const event = { type: "OptionsSet", data } as const;
  await compiler.append({
    subject: subjects.option("mesh"),
    expected: 0,
    event,
    actor: "test",
    cause: "test",
  });
  const child = startWeft(["log", "--follow"], { WEFT_STATE: live.paths.state });
  child.stdout.once("data", () => child.kill("SIGINT"));
  assert.deepEqual(await once(child, "close"), [0, null]);
});

test("every status is told in OUTPUT.md and in the help", async () => {
  const page = readFileSync(join(import.meta.dirname, "..", "OUTPUT.md"), "utf8");
  const told = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
  assert.deepEqual(told, [0, 1, 2, 130, 143]);
  const { printed } = await weft(["--help"]);
  for (const status of told) assert.match(printed, new RegExp(`Exit status:.*\\b${status}\\b`));
});
