// Every option of every command does something: it is refused by its name when it means nothing, or a test uses it.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commandsOf } from "./test/commands.ts";
import { weft } from "./test/weft.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** A value that means nothing, by option; of one command alone under its name. An option that is new has none yet. */
const meaningless: Readonly<Record<string, string>> = {
  "--at": "-5",
  "--attach": "xdp",
  "--delete": "A/b",
  "--fail-on": "sometimes",
  "--family": "5",
  "--flow": "newest",
  "--from": "Bad_",
  "--host": "Bad_Name",
  "--hosts": "0",
  "--labels": "a b=c",
  "--last": "-1",
  "--listen": "tcp/0",
  "--nats": "localhost",
  "--output": "yaml",
  "--pool": "10.0.0.0/8",
  "--pool4": "224.0.0.0/8",
  "--port": "x/80",
  "--reason": "mood",
  "--revision": "0",
  "--scope": "Bad_Name",
  "--since": "yesterday",
  "--sync": "sometimes",
  "--tier": "best",
  "--timeout": "soon",
  "--to": "Bad_",
  "--tunnel": "foo",
  "--underlay": "here",
  "--until": "tomorrow",
  "--uplink": "a/b",
  "--verdict": "maybe",
  "--case": "x",
  "--filename": "/nowhere/none.yaml",
};

/** Options that take any text or none, and a test that gives them to the command and looks at what they do. */
const tried: Readonly<Record<string, string>> = {
  "--data": "apps/cli/src/mesh/foreign-nats.int.test.ts",
  "--dry-run": "tests/e2e/boutique.ts",
  "--follow": "tests/e2e/observe.e2e.test.ts",
  "--ipv4": "tests/e2e/why.e2e.test.ts",
  "--once": "tests/e2e/down.e2e.test.ts",
  "--state": "apps/cli/src/mesh/foreign-nats.int.test.ts",
  "--wait": "tests/e2e/newer-writer.e2e.test.ts",
};

/** What a command needs beside the option that is tried. */
const rest: Readonly<Record<string, readonly string[]>> = {
  apply: ["-f", "/dev/null"],
  "conformance run": [],
  delete: ["-f", "/dev/null"],
  get: ["hosts"],
  "lab ipv4": ["a/b", "on"],
  "lab rm": ["a/b"],
  "lab run": ["a/b"],
  "lab up": ["-f", "/dev/null"],
  "option set": ["mtu=1400"],
  trace: ["1"],
};

const cases = JSON.stringify([
  { Description: "d", Steps: [{ Actions: [], Probe: { Pods: [] }, KubeProbe: { Pods: [] } }] },
]);

for (const { name, command } of commandsOf()) {
  const options = command.options.filter(({ long }) => long !== "--help");
  for (const { long } of options) {
    const option = long ?? "";
    const value = meaningless[option];
    if (value !== undefined && !(name === "conformance run" && option === "--case")) {
      test(`weft ${name} ${option} ${value} is refused by name, exit 2`, async () => {
        const given = (rest[name] ?? []).filter(
          (word) => !(option === "--filename" && /^(-f|\/dev)/.test(word)),
        );
        const file = name === "conformance run" ? ["-"] : [];
        const { status, said, printed } = await weft(
          [...name.split(" "), ...given, ...file, option, value],
          cases,
        );
        assert.equal(status, 2, said);
        assert.equal(printed, "");
        assert.ok(said.includes(option) || said.includes(value), said);
      });
    }
  }
}

test("every option has a value that means nothing, or a test that uses it", () => {
  const known = new Set([...Object.keys(meaningless), ...Object.keys(tried)]);
  const all = new Set(commandsOf().flatMap(({ command }) => command.options.map(({ long }) => long ?? "")));
  assert.deepEqual(
    [...all].filter((option) => !known.has(option)),
    [],
  );
  assert.deepEqual(
    [...known].filter((option) => !all.has(option)),
    [],
    "of no command any more",
  );
  for (const [option, file] of Object.entries(tried)) {
    const text = readFileSync(join(root, file), "utf8");
    assert.ok(text.includes(`"${option}"`), `${file} does not use ${option}`);
  }
});

test("a default that the help tells is the value that the command gets", async () => {
  for (const { name, command } of commandsOf()) {
    const { printed } = await weft([...name.split(" "), "--help"]);
    const text = printed.replace(/\s+/g, " ");
    for (const { long, defaultValue, defaultValueDescription, argChoices } of command.options) {
      if (defaultValue === undefined || Array.isArray(defaultValue)) continue;
      const told = defaultValueDescription ?? JSON.stringify(defaultValue);
      assert.ok(text.includes(`default: ${told}`), `${name} ${long}: ${told}`);
      if (argChoices !== undefined) assert.ok(argChoices.includes(String(defaultValue)), `${name} ${long}`);
    }
  }
});

test("every command has its row in OUTPUT.md, and every row is of a command", () => {
  const rows = readFileSync(join(root, "apps/cli/OUTPUT.md"), "utf8").matchAll(/^\| (`[^|]*`) \|/gm);
  const told = [...rows].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]*)`/g)].map(([, words = ""]) => words),
  );
  const names = commandsOf().map(({ name }) => name);
  const commandIn = (words: string) => names.find((name) => words === name || words.startsWith(`${name} `));
  assert.deepEqual(
    told.filter((words) => words !== "" && commandIn(words) === undefined),
    [],
  );
  const missing = names.filter((name) => !told.some((words) => commandIn(words) === name));
  assert.deepEqual(missing, ["lab exec"], "its output is that of the command it runs");
});

test("version prints the fields that OUTPUT.md tells", async () => {
  const { printed } = await weft(["version"]);
  assert.deepEqual(Object.keys(JSON.parse(printed)), ["weft", "node", "kernel"]);
});

/** Files of the repository by their endings, without what is installed or built. */
function files(pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: ["**/node_modules/**", "**/build/**"] });
}

test("every WEFT_ variable that a page tells of is read somewhere", () => {
  const sources = [...files("{apps,libs,services,bench,scripts,tests}/**/*.{ts,c}"), "weft", "scripts/setup"];
  const read = new Set(
    sources.flatMap((file) => readFileSync(join(root, file), "utf8").match(/\bWEFT_[A-Z0-9_]+/g) ?? []),
  );
  const streams = /^WEFT(_FLOWS|_TRACES|_CAPTURES)?$/;
  for (const page of files("{.,apps,libs,services,docs,deploy,tests}/**/*.md")) {
    for (const name of readFileSync(join(root, page), "utf8").match(/\bWEFT_[A-Z0-9_]+/g) ?? [])
      assert.ok(read.has(name) || streams.test(name), `${page} tells of ${name}, which nothing reads`);
  }
});
