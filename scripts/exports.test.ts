import assert from "node:assert/strict";
import { test } from "node:test";
import { checkExports } from "./exports.ts";
import { tree } from "./test/tree.ts";

test("an export that nobody else names is found, and one whose wiring was lost: tests alone name it", () => {
  using made = tree({
    "services/a/src/main.ts": 'import { start } from "./start.ts";\nawait start();\n',
    "services/a/src/start.ts":
      "export async function start() {}\nexport interface Unused {}\nexport const alone = 1;\n",
    "services/a/src/attach.ts":
      "export function chooseAttach() {}\nexport function inner() {}\nexport const used = inner;\n",
    "services/a/src/attach.test.ts": 'import { chooseAttach, inner, used } from "./attach.ts";\n',
    "services/a/src/index.ts": 'export { chooseAttach } from "./attach.ts";\n',
    "services/a/src/user.ts": 'import { used } from "./attach.ts"; // chooseAttach is not called here\n',
  });
  assert.deepEqual(checkExports(made.root), [
    "services/a/src/attach.ts: tests alone name chooseAttach; wire it, or delete it",
    "services/a/src/start.ts: nobody else names Unused; it need not be exported",
    "services/a/src/start.ts: nobody else names alone; it need not be exported",
  ]);
});

test("a library's contract, what exists for tests, and what is allowed by name may be exported", () => {
  using made = tree({
    "libs/a/src/index.ts": 'export { type Options, run } from "./run.ts";\nexport * from "./whole.ts";\n',
    "libs/a/src/run.ts": "export interface Options {}\nexport function run(options: Options) {}\n",
    "libs/a/src/whole.ts": "export interface Part {}\n",
    "libs/a/src/testing.ts": 'export { forge } from "./forge.ts";\n',
    "libs/a/src/forge.ts": "export function forge() {}\nexport function extra() {}\n",
    "libs/a/src/run.test.ts": 'import { forge, extra } from "./forge.ts";\nimport { run } from "./run.ts";\n',
    "services/b/src/main.ts": 'import { run } from "@weft/log";\nrun({});\n',
    "libs/a/src/word.ts": "export function word() {}\n",
    "libs/a/src/word.test.ts": 'import { word } from "./word.ts";\n',
  });
  const word = "libs/a/src/word.ts: tests alone name word; wire it, or delete it";
  assert.deepEqual(checkExports(made.root, new Map()), [word]);
  assert.deepEqual(checkExports(made.root, new Map([["word", "for others"]])), []);
});
