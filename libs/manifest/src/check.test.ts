import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import {
  checkResource,
  formatDiagnostic,
  formatPath,
  isDnsLabel,
  isDnsSubdomain,
  isLabelKey,
  isLabelValue,
  isPortName,
  metadataSchema,
  parseManifests,
  portNameSchema,
  portNumberSchema,
} from "./index.ts";

const schema = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.string(),
  metadata: metadataSchema,
  port: z.union([portNumberSchema, portNameSchema]).nullish(),
  mode: z.enum(["fast", "safe"]).nullish(),
  list: z
    .array(z.strictObject({ a: z.string(), b: z.int().max(9).nullish() }))
    .min(1)
    .max(2)
    .nullish(),
  choice: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("one"), size: z.number() }),
      z.strictObject({ type: z.literal("two") }),
    ])
    .nullish(),
});

function check(body: string) {
  const text = `apiVersion: v1\nkind: Thing\nmetadata: {name: x}\n${body}`;
  const [resource] = parseManifests([{ file: "f", text }]).resources;
  assert.ok(resource !== undefined);
  const checked = checkResource(resource, schema);
  return checked.ok ? [] : checked.diagnostics.map(formatDiagnostic);
}

test("what fits the schema comes back typed", () => {
  assert.deepEqual(check("port: web\nlist: [{a: x}]\nchoice: {type: two}\nmode:\n"), []);
});

test("an unknown field is refused at its own key", () => {
  assert.deepEqual(check("list:\n- a: x\n  c: 1\nlost: {}\n"), [
    "f:6:3: list[0].c: unknown field",
    "f:7:1: lost: unknown field",
  ]);
});

test("a wrong value is told with what stands there and what was expected", () => {
  assert.deepEqual(check("port: 70000\nmode: slow\nlist:\n- b: 10\n- a: 1\n"), [
    "f:4:7: port: is 70000 (expected a whole number from 1 to 65535)",
    'f:5:7: mode: is "slow" (expected "fast" or "safe")',
    "f:7:3: list[0].a: is missing (expected a text)",
    "f:7:6: list[0].b: is 10 (expected at most 9)",
    "f:8:6: list[1].a: is 1 (expected a text: quote it)",
  ]);
});

test("a list of the wrong length is told with its length", () => {
  assert.deepEqual(check("list: []\n"), ["f:4:7: list: is a list of 0 (expected at least 1 items)"]);
  const three = "list: [{a: x}, {a: x}, {a: x}]\n";
  assert.deepEqual(check(three), ["f:4:7: list: is a list of 3 (expected at most 2 items)"]);
});

test("a union is explained by the alternative whose type fits, or by all of them", () => {
  assert.match(
    check("port: Web\n")[0] ?? "",
    /^f:4:7: port: is "Web" \(expected at most 15 lower-case letters/,
  );
  assert.deepEqual(check("port: {}\n"), ["f:4:7: port: is an object (expected a number or a text)"]);
  assert.deepEqual(check("choice: {type: three}\n"), [
    'f:4:16: choice.type: is "three" (expected "one" or "two")',
  ]);
  assert.deepEqual(check("choice: {type: one, size: x}\n"), [
    'f:4:27: choice.size: is "x" (expected a number)',
  ]);
});

test("paths are written as people write them", () => {
  assert.equal(formatPath(["spec", "ports", 1, "name"]), "spec.ports[1].name");
  assert.equal(formatPath(["metadata", "labels", "a.b/c"]), 'metadata.labels["a.b/c"]');
});

test("names follow the rules of Kubernetes", () => {
  const long = "a".repeat(63);
  const cases: [(text: string) => boolean, string[], string[]][] = [
    [isDnsLabel, ["a", "a-1", long], ["", "A", "-a", "a-", "a.b", `${long}a`]],
    [isDnsSubdomain, ["a", "a.b-c", `${long}.${long}`], ["", "a..b", ".a", "a.", "a_b", "a.".repeat(127)]],
    [
      isLabelKey,
      ["app", "example.org/App_1", long],
      ["", "/a", "a/", "a/b/c", "A.b/c-", `${long}a`, "Ex.org/a"],
    ],
    [isLabelValue, ["", "v1.2_x", long], ["-a", "a b", `${long}a`, "a/b"]],
    [
      isPortName,
      ["http", "h2-c", "a".repeat(15)],
      ["", "80", "Http", "a--b", "-a", "a-", "a".repeat(16), "a_b"],
    ],
  ];
  for (const [rule, good, bad] of cases) {
    for (const text of good) assert.equal(rule(text), true, `${rule.name} ${text}`);
    for (const text of bad) assert.equal(rule(text), false, `${rule.name} ${text}`);
  }
});
