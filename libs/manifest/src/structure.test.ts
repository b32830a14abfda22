// What YAML has and a manifest cannot: refused with its place, and its field where it has one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { maxDocumentLength, maxResources, maxTextLength } from "./index.ts";
import { findings, head, parse } from "./testing.ts";

test("YAML that is malformed is refused at its line and column", () => {
  assert.deepEqual(findings("a: 1\nb: [1\nc: 2\n"), [
    "f.yaml:3:1: Flow sequence in block collection must be sufficiently indented and end with a ] (expected YAML 1.2)",
  ]);
  assert.deepEqual(findings("a:\n\tb: 1\n"), [
    "f.yaml:2:1: a tab at the start of the line (expected spaces)",
  ]);
});

test("a key that appears twice is refused with its path", () => {
  assert.deepEqual(findings(`${head}spec:\n  a:\n  - b: 1\n    b: 2\n`), [
    "f.yaml:8:5: spec.a[0].b: appears twice (expected each field once)",
  ]);
});

test("aliases that multiply, contain themselves or name nothing are refused", () => {
  const bomb = [
    "a: &a [x, x]",
    ..."bcdefgh".split("").map((k, n) => `${k}: &${k} [${`*${"abcdefg"[n]}, `.repeat(9)}]`),
  ];
  assert.match(findings(bomb.join("\n"))[0] ?? "", /at most 100 aliases/);
  assert.deepEqual(findings("a: &a [*a]\n"), [
    "f.yaml:1:8: a[0]: *a contains itself (expected an anchor that has ended)",
  ]);
  assert.deepEqual(findings("a: *b\n"), ["f.yaml:1:4: a: *b is unknown (expected &b above, or quotes)"]);
});

test("texts beyond the bounds are refused, not parsed", () => {
  assert.match(findings("#".repeat(maxTextLength + 1))[0] ?? "", /^f.yaml: the text has 67108865 characters/);
  assert.match(
    findings(`\n---\n${"#".repeat(maxDocumentLength)}`)[0] ?? "",
    /^f.yaml:2:1: the document has 4194308 characters/,
  );
  assert.match(findings("[".repeat(200_000))[0] ?? "", /nested too deeply/);
  assert.match(
    findings(`a: ${"[".repeat(101)}${"]".repeat(101)}`)[0] ?? "",
    /nested too deeply \(expected at most 100/,
  );
  assert.match(findings("- ".repeat(20_000))[0] ?? "", /nested too deeply/);
  assert.deepEqual(findings(`---\n${head}`.repeat(maxResources + 1)), [
    "f.yaml: more than 100000 resources (expected at most 100000)",
  ]);
  assert.equal(findings("---\na: 1\n".repeat(100)).length, 50);
});

test("no reading of a manifest writes warnings", () => {
  const warned: unknown[] = [];
  const listen = (warning: unknown) => warned.push(warning);
  process.on("warning", listen);
  try {
    assert.match(findings(`${head}? {a: 1}\n: x\n`)[0] ?? "", /a key that is no text/);
    assert.match(findings("a: {{ x }}\n")[0] ?? "", /template/);
  } finally {
    process.off("warning", listen);
  }
  assert.deepEqual(warned, []);
});

test("anchors and keys without number do not hold the reader up, and are refused beyond a bound", () => {
  const lines = (count: number, line: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => line(n)).join("");
  const borrowed = (count: number) =>
    `${head}data:\n${lines(count, (n) => `  a${n}: &a${n} x\n  b${n}: *a${n}\n`)}`;
  assert.deepEqual(parse(borrowed(500)).diagnostics, []);
  assert.deepEqual(findings(borrowed(5000)), [
    "f.yaml:1007:9: data.b500: is one alias too many (expected at most 500)",
  ]);
  assert.deepEqual(parse(`${head}data:\n${lines(20_000, (n) => `  "é${n}": x\n`)}`).diagnostics, []);
  assert.equal(findings(`${head}data:\n${lines(2000, () => "  é: x\n")}`).length, 50);
});

test("a value with a tag of its own is refused by its field, with the remedy, and one of JSON's kinds is not", () => {
  const expected = "(expected the value without a tag: a text in quotes)";
  for (const [value, tag] of [
    ["!!python/object x", "!!python/object"],
    ["!local x", "!local"],
    ["!!timestamp 2024-01-02", "!!timestamp"],
    ["!!float 5", "!!float"],
    ["!!int x", "!!int"],
    ["!!set {a: null}", "!!set"],
    ["!!omap [a: 1]", "!!omap"],
  ] as const) {
    const column = 4 + value.indexOf(" ") + 1;
    assert.deepEqual(findings(`a: ${value}\n`), [`f.yaml:1:${column}: a: has the tag ${tag} ${expected}`]);
  }
  const fine = "!!str 5, !!int 5, !!float 5.5, !!bool true, !!null '', !!seq [], !!map {}, !!binary aGk=";
  assert.deepEqual(parse(`${head}data: [${fine}]\n`).diagnostics, []);
});

test("a merge key takes over fields, and says where what it names has none", () => {
  const expected =
    "takes over what has no fields (expected an alias of an object (*name), or a list of such)";
  for (const value of ["5", "x", "[1]", "&a [1]"])
    assert.deepEqual(findings(`b: {<<: ${value}}\n`), [`f.yaml:1:5: b["<<"]: ${expected}`]);
  assert.deepEqual(findings("a: &a 5\nb: {<<: *a}\n"), [`f.yaml:2:5: b["<<"]: ${expected}`]);
  assert.deepEqual(findings("b: {<<: [*c]}\n"), [
    'f.yaml:1:10: b["<<"][0]: *c is unknown (expected &c above, or quotes)',
  ]);
  const fine = "a: &a {x: 1}\nb: {<<: *a}\nc: {<<: [*a, {y: 1}]}\nd: {<<: {z: 1}}\n";
  assert.deepEqual(parse(head + fine).diagnostics, []);
});
