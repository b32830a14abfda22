// --state is a path that a person types: whatever stands there, every command says what it is, and touches nothing.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { commandsOf, optionNamed } from "./test/commands.ts";
import { weft } from "./test/weft.ts";

const input = JSON.stringify([
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "n" },
    spec: { podSelector: {} },
  },
]);
const [example] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../tests/data/netpol/cases.json"), "utf8"),
);
const cases = JSON.stringify([example]);

/** What a command needs beside the state directory. */
const rest: Readonly<Record<string, readonly string[]>> = {
  apply: ["-f", "-"],
  "conformance run": ["-"],
  delete: ["-f", "-"],
  get: ["hosts"],
  "lab exec": ["a/b", "--", "true"],
  "lab ipv4": ["a/b", "on"],
  "lab rm": ["a/b"],
  "lab run": ["a/b"],
  "lab up": ["-f", "-"],
  "option set": ["mtu=1400"],
  "policy try": ["-f", "-"],
  trace: ["1"],
  why: ["--from", "a/b", "--to", "a/c", "--port", "tcp/80"],
};

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-state-"));
  writeFileSync(join(folder, "file"), "mine");
  symlinkSync("nowhere", join(folder, "dangling"));
  symlinkSync("circle", join(folder, "circle"));
  mkdirSync(join(folder, "damaged"));
  writeFileSync(join(folder, "damaged", "mesh.json"), '{"version": 1, "id"');
  mkdirSync(join(folder, "odd", "mesh.json"), { recursive: true });
});
after(() => rmSync(folder, { recursive: true }));

/** Paths below the folder, and what is said of them. */
const wrong: Readonly<Record<string, RegExp>> = {
  file: /^weft: --state: \S+\/file is a file \(expected a directory\)$/,
  "file/below": /^weft: --state: \S+\/file\/below: a part of the path is a file \(expected a directory\)$/,
  dangling:
    /^weft: --state: \S+\/dangling is a link to nowhere, which does not exist \(expected a directory\)$/,
  circle: /^weft: --state: \S+\/circle: the links of the path lead in a circle \(expected a directory\)$/,
  ["x".repeat(256)]: /^weft: --state: \S+: the path is too long \(expected a shorter path\)$/,
  ["x/".repeat(2100)]: /^weft: --state: \S+: the path is too long \(expected a shorter path\)$/,
};

const stateful = commandsOf().filter(({ command }) => optionNamed(command, "--state") !== undefined);

async function run(name: string, state: string) {
  // Before "--" of lab exec.
  const words = [...name.split(" "), "--state", state, ...(rest[name] ?? [])];
  return weft(words, name === "conformance run" ? cases : `{kind: List, apiVersion: v1, items: ${input}}`);
}

suite("weft", () => {
  for (const { name } of stateful) {
    test(`${name} --state: a path that can be no directory is refused in one line that says why, exit 2`, async () => {
      for (const [path, expected] of Object.entries(wrong)) {
        const { status, said, printed } = await run(name, join(folder, path));
        assert.match(said, expected);
        assert.deepEqual({ status, printed }, { status: 2, printed: "" });
      }
      const { status, said } = await run(name, "");
      assert.equal(said, "weft: --state: it is empty (expected a directory)");
      assert.equal(status, 2);
      assert.equal(readFileSync(join(folder, "file"), "utf8"), "mine");
    });
  }
});

test("a note that is damaged, or no file, is named, and is not called a mesh that is not up", async () => {
  const damaged = await run("status", join(folder, "damaged"));
  assert.match(
    damaged.said,
    /^weft: \S+\/damaged\/mesh\.json is damaged: .* \(expected weft down, which removes it\)$/,
  );
  const odd = await run("status", join(folder, "odd"));
  assert.match(odd.said, /^weft: cannot read \S+\/odd\/mesh\.json: it is a directory$/);
  assert.deepEqual([damaged.status, odd.status], [1, 1]);
});

test("a state directory that this user may not read is called so, and not one where nothing is up", {
  skip: process.getuid?.() === 0 ? false : "becomes another user: needs root",
}, async () => {
  const closed = join(folder, "closed");
  mkdirSync(join(closed, "state"), { recursive: true });
  chmodSync(closed, 0o700);
  chmodSync(folder, 0o755);
  for (const name of ["status", "down"]) {
    const [first, below] = [await runAsNobody(name, closed), await runAsNobody(name, join(closed, "state"))];
    assert.equal(first.said, `weft: cannot read ${closed}/mesh.json: this user may not read it`);
    assert.equal(
      below.said,
      `weft: --state: this user may not look at ${closed}/state (expected root, or its owner)`,
    );
    assert.deepEqual([first.status, below.status], [1, 1]);
  }
});

/** What it needs of its own files is read before: the repository may be root's alone. */
async function runAsNobody(name: string, state: string) {
  await run(name, join(folder, "file"));
  process.seteuid?.(65534);
  try {
    return await run(name, state);
  } finally {
    process.seteuid?.(0);
  }
}
