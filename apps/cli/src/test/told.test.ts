import assert from "node:assert/strict";
import { test } from "node:test";
import { readRows, readShape, untold } from "./told.ts";

const page = [
  "| command | JSON |",
  "| --- | --- |",
  "| `lab run` | `{id, name?, ports: [{port}], labels}` |",
  "| `why -o json` | Of one kind `{kind, rule}`, of another `{kind, holders: [...]}`. `rule`: `{field, line}` or null |",
  "| `why --flow -o json` | `{kind, rule, flow}` |",
  "| `log -o json` | one object a line: `{revision}` |",
].join("\n");
const differ = (words: string, value: unknown) =>
  untold(words.split(" "), typeof value === "string" ? value : JSON.stringify(value), readRows(page));

test("every shape of OUTPUT.md can be read", () => {
  const rows = readRows();
  assert.ok(rows.length > 25, `${rows.length}`);
  for (const { words, shapes } of rows) assert.notEqual(shapes.length, 0, words.join(" "));
  for (const text of ["{a", "{a: [b}", "[{a}] b }"]) assert.throws(() => readShape(text), text);
});

test("a field that is printed and not told is found, and one that is told and not printed", () => {
  const fine = { id: "1", ports: [{ port: 80 }], labels: { app: "web" } };
  assert.deepEqual(differ("lab run a/b", fine), []);
  assert.deepEqual(differ("lab run a/b", { ...fine, name: "x" }), []);
  assert.deepEqual(differ("lab run a/b", { ...fine, more: 1 }), ["lab run.more is printed and not told"]);
  assert.deepEqual(differ("lab run a/b", { ports: [], labels: {} }), ["lab run.id is told and not printed"]);
  assert.deepEqual(differ("lab run a/b", { ...fine, ports: [{ port: 1, name: "" }] }), [
    "lab run.ports[].name is printed and not told",
  ]);
  assert.deepEqual(differ("lab run a/b", { ...fine, id: { a: 1 } }), [
    "lab run.id has fields that are not told: a",
  ]);
});

test("one of several kinds is enough, parts are told once, and text is no JSON", () => {
  assert.deepEqual(differ("why -o json", { kind: "one", rule: { field: "spec", line: 1 } }), []);
  assert.deepEqual(differ("why --flow 1.0 -o json", { kind: "one", rule: null, flow: "1.0" }), []);
  assert.deepEqual(differ("why -o json", { kind: "other", holders: [{ any: 1 }] }), []);
  assert.deepEqual(differ("why -o json", { kind: "one", rule: { field: "spec" } }), [
    "why.rule.line is told and not printed",
  ]);
  assert.deepEqual(differ("why", "denied by default"), []);
  assert.deepEqual(differ("log -o json", '{"revision":1}\n{"revision":2,"x":1}\n'), [
    "log.x is printed and not told",
  ]);
});
