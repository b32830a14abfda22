import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import {
  checkResource,
  formatDiagnostic,
  formatManifest,
  labelsSchema,
  metadataSchema,
  parseManifests,
  portNumberSchema,
} from "./index.ts";

const schema = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: metadataSchema,
  selector: z.strictObject({ matchLabels: labelsSchema.nullish() }).nullish(),
  port: z.union([portNumberSchema, z.string()]).nullish(),
  on: z.boolean().nullish(),
  status: z.unknown().optional(),
});

function check(body: string, recorded = false) {
  const text = `apiVersion: v1\nkind: Thing\nmetadata: {name: x}\n${body}`;
  const [resource] = parseManifests([{ file: "f", text, recorded }]).resources;
  assert.ok(resource !== undefined);
  const checked = checkResource(resource, schema);
  return checked.ok ? [] : checked.diagnostics.map(formatDiagnostic);
}

const forms = [
  ..."yes Yes YES no No NO on On ON off Off OFF y Y n N 012 0777 08 00 +01 0o14 0b101 1_000 1_0.5 0x_1F".split(
    " ",
  ),
  ..."22:22 190:20:30 1:30.5".split(" "),
  ..."2024-01-02 2024-1-2T3:04:05Z 2024-01-02t03:04:05.5+01:00".split(" "),
];

test("what YAML 1.1 and 1.2 read differently is refused where it is read, with its place and the remedy", () => {
  for (const form of forms) {
    const expected = `is ${form}, which YAML 1.1 and YAML 1.2 read differently: quote it (expected "${form}")`;
    for (const [body, place] of [
      [`selector: {matchLabels: {app: ${form}}}\n`, "4:31: selector.matchLabels.app"],
      [`selector:\n  matchLabels:\n    app: ${form}\n`, "6:10: selector.matchLabels.app"],
      [`port: ${form}\n`, "4:7: port"],
      [`on: ${form}\n`, "4:1: on"],
    ] as const) {
      if (body.startsWith("on")) continue;
      assert.deepEqual(check(body), [`f:${place}: ${expected}`]);
    }
  }
});

test("a key that is read differently is refused, too", () => {
  const expected = 'the key is no, which YAML 1.1 and YAML 1.2 read differently: quote it (expected "no")';
  assert.deepEqual(check("selector: {matchLabels: {no: a}}\n"), [
    `f:4:26: selector.matchLabels.no: ${expected}`,
  ]);
  assert.match(check("on: true\n")[0] ?? "", /^f:4:1: on: the key is on, .*: quote it/);
});

test("in quotes they are texts, and so are words that only look like them", () => {
  for (const form of forms.filter((one) => /^[\w.]+$/.test(one))) {
    assert.deepEqual(check(`selector: {matchLabels: {app: "${form}", "${form}": a}}\n`), []);
    assert.deepEqual(check(`selector:\n  matchLabels:\n    app: '${form}'\n`), []);
  }
  for (const text of [
    "yeah",
    "none",
    "one",
    "offline",
    "v012",
    "1.2.3",
    "a_b",
    "x1_0",
    "2024-01",
    "v2024-01-02",
  ])
    assert.deepEqual(check(`selector: {matchLabels: {app: ${text}}}\n`), [], text);
});

test("where nobody reads them they do no harm, and what was accepted before is read as it was then", () => {
  assert.deepEqual(check("status: {a: yes, no: 012, b: [on]}\n"), []);
  assert.deepEqual(check("selector: {matchLabels: {app: no, y: a}}\n", true), []);
});

test("a scalar of another type where a text is wanted is to be quoted", () => {
  assert.match(
    check("selector: {matchLabels: {app: 1.10}}\n")[0] ?? "",
    /is 1.1 \(expected a text: quote it\)/,
  );
  assert.match(
    check("selector: {matchLabels: {app: true}}\n")[0] ?? "",
    /is true \(expected a text: quote it\)/,
  );
});

test("what is written out is read as the same, words that are read differently among it", () => {
  const value = {
    apiVersion: "v1",
    kind: "Thing",
    metadata: { name: "x", labels: Object.fromEntries(forms.map((form) => [form, form])) },
  };
  const [again] = parseManifests([{ file: "f", text: formatManifest(value) }]).resources;
  assert.deepEqual(again?.value, value);
});

test("an item of a list that borrows by an alias is as unclear written out as it was", () => {
  const text = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Thing\n  metadata: {name: x, labels: &l {no: on}}\n  selector: {matchLabels: *l}\n`;
  const [item] = parseManifests([{ file: "f", text }]).resources;
  assert.ok(item !== undefined);
  const [again] = parseManifests([{ file: "f", text: item.source, line: item.line }]).resources;
  assert.deepEqual(again?.value, item.value);
  assert.equal(checkResource(item, schema).ok, false);
});

test("what JSON cannot hold is told as it was written", () => {
  for (const [written, told] of [
    [".inf", ".inf, which JSON does not have"],
    ["-.INF", "-.inf, which JSON does not have"],
    [".NaN", ".nan, which JSON does not have"],
    ["!!binary aGk=", "bytes (!!binary)"],
  ] as const) {
    const [found = ""] = check(`selector: {matchLabels: {app: ${written}}}\n`);
    assert.match(found, /^f:4:\d+: selector\.matchLabels\.app: /);
    assert.ok(found.endsWith(`is ${told} (expected a text: quote it)`), found);
  }
});
