import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDiagnostic, maxResources, maxTextLength, parseManifests } from "./index.ts";

const head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n";

function parse(text: string, line?: number) {
  return parseManifests([{ file: "f.yaml", text, ...(line === undefined ? {} : { line }) }]);
}

function findings(text: string): string[] {
  const { resources, diagnostics } = parse(text);
  assert.deepEqual(resources, []);
  return diagnostics.map(formatDiagnostic);
}

test("every document of a text becomes a resource, empty ones do not", () => {
  const { resources, diagnostics } = parse(
    `# licence\n\n${head}---\n# nothing\n---\n${head}  namespace: shop\n...\n---\n`,
  );
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    resources.map(({ namespace, name, line, locate }) => [
      namespace,
      name,
      line,
      locate(["metadata", "name"]),
    ]),
    [
      ["default", "web", 1, { line: 6, column: 9 }],
      ["shop", "web", 10, { line: 13, column: 9 }],
    ],
  );
});

test("JSON is read like YAML, with tabs and with a byte order mark", () => {
  const json = JSON.stringify(
    { apiVersion: "v1", kind: "Pod", metadata: { name: "web", labels: { a: "b" } } },
    null,
    "\t",
  );
  for (const text of [json, `\uFEFF${json}`]) {
    const [resource] = parse(text).resources;
    assert.deepEqual(resource?.labels, { a: "b" });
    assert.deepEqual(resource?.locate(["metadata", "labels", "a"], "key"), { line: 7, column: 4 });
  }
});

test("a resource parsed again from its own source is the same at the same place", () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n- # first\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n`;
  const json = JSON.stringify(
    { kind: "List", items: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "b" } }] },
    null,
    2,
  );
  const { resources, diagnostics } = parse(`# c\n---  \n\n${head}# end\n--- # c\n${list}---\n${json}\n`);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    resources.map(({ name }) => name),
    ["web", "a", "b"],
  );
  for (const one of resources) {
    const [again] = parse(one.source, one.line).resources;
    assert.deepEqual(again?.value, one.value);
    assert.equal(again?.line, one.line);
    for (const path of [[], ["kind"], ["metadata", "name"], ["metadata", "none"]]) {
      assert.deepEqual(again?.locate(path), one.locate(path));
      assert.deepEqual(again?.locate(path, "key"), one.locate(path, "key"));
    }
  }
});

test("aliases and merge keys work and their fields are found where they were written", () => {
  const text = `apiVersion: v1\nkind: Pod\nmetadata: &m\n  name: web\n  labels: &l\n    a: b\nspec:\n  <<: *m\n  again: *l\n`;
  const [resource] = parse(text).resources;
  assert.deepEqual(resource?.value, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", labels: { a: "b" } },
    spec: { name: "web", labels: { a: "b" }, again: { a: "b" } },
  });
  assert.deepEqual(resource?.locate(["spec", "name"]), { line: 4, column: 9 });
  assert.deepEqual(resource?.locate(["spec", "again", "a"]), { line: 6, column: 8 });
});

test("kinds of the cluster have no namespace", () => {
  const [namespace] = parse("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n").resources;
  assert.equal(namespace?.namespace, "");
});

test("YAML that is malformed is refused at its line and column", () => {
  assert.deepEqual(findings("a: 1\nb: [1\nc: 2\n"), [
    "f.yaml:3:1: Flow sequence in block collection must be sufficiently indented and end with a ] (expected YAML 1.2)",
  ]);
  assert.deepEqual(findings("a:\n\tb: 1\n"), [
    "f.yaml:2:1: a tab at the start of the line (expected spaces)",
  ]);
  assert.match(findings("a: !!python/object x\n")[0] ?? "", /^f.yaml:1:4: Unresolved tag/);
});

test("a key that appears twice is refused with its path", () => {
  assert.deepEqual(findings(`${head}spec:\n  a:\n  - b: 1\n    b: 2\n`), [
    "f.yaml:8:5: spec.a[0].b: appears twice (expected each field once)",
  ]);
});

test("a document that is no object is refused", () => {
  const expected = "(expected an object with apiVersion, kind and metadata)";
  assert.deepEqual(findings("hello"), [`f.yaml:1:1: is "hello" ${expected}`]);
  assert.deepEqual(findings("- a\n"), [`f.yaml:1:1: is a list of 1 ${expected}`]);
});

test("missing and wrong names are refused at the field, or at the one around it", () => {
  assert.deepEqual(findings("apiVersion: ''\nmetadata: {}\n"), [
    "f.yaml:1:1: kind: is missing (expected a text)",
    "f.yaml:1:13: apiVersion: is empty (expected a text)",
    "f.yaml:2:1: metadata.name: is missing (expected a text)",
  ]);
  const wrong = findings(
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: Web_1\n  namespace: a.b\n  labels:\n    a: 1\n    -x: y\n",
  );
  assert.deepEqual(
    wrong.map((line) => line.slice(0, 46)),
    [
      'f.yaml:4:9: metadata.name: is "Web_1" (expecte',
      'f.yaml:5:14: metadata.namespace: is "a.b" (exp',
      "f.yaml:7:8: metadata.labels.a: is 1 (expected ",
      'f.yaml:8:5: metadata.labels["-x"]: the key is ',
    ],
  );
});

test("aliases that multiply, contain themselves or name nothing are refused", () => {
  const bomb = [
    "a: &a [x, x]",
    ..."bcdefgh".split("").map((k, n) => `${k}: &${k} [${`*${"abcdefg"[n]}, `.repeat(9)}]`),
  ];
  assert.match(findings(bomb.join("\n"))[0] ?? "", /at most 100 aliases/);
  assert.deepEqual(findings("a: &a [*a]\n"), [
    "f.yaml:1:8: *a contains itself (expected an anchor that has ended)",
  ]);
  assert.deepEqual(findings("a: *b\n"), ["f.yaml:1:4: *b is unknown (expected an anchor above)"]);
});

test("texts beyond the bounds are refused, not parsed", () => {
  assert.match(findings("#".repeat(maxTextLength + 1))[0] ?? "", /^f.yaml: the text has 4194305 characters/);
  assert.match(findings("[".repeat(200_000))[0] ?? "", /nested too deeply/);
  assert.match(
    findings(`a: ${"[".repeat(101)}${"]".repeat(101)}`)[0] ?? "",
    /nested too deeply \(expected at most 100/,
  );
  assert.match(findings("- ".repeat(20_000))[0] ?? "", /nested too deeply/);
  const many = Array.from({ length: maxResources + 1 }, () => ({
    apiVersion: "v1",
    kind: "A",
    metadata: { name: "a" },
  }));
  assert.deepEqual(findings(JSON.stringify({ kind: "List", items: many })), [
    "f.yaml: more than 10000 resources (expected at most 10000)",
  ]);
  assert.equal(findings("---\na: 1\n".repeat(100)).length, 50);
});

test("no text whatever makes it throw, and what is taken without a finding is the same when parsed again", () => {
  const piece = fc.constantFrom(
    "a: ",
    "- ",
    "\n",
    "  ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "<<: ",
    "---\n",
    '"',
    "'",
    "|",
    "!",
    "#",
    "%",
    "?",
    head,
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((all) => all.join("")),
      ),
      (text) => {
        const { resources, diagnostics } = parse(text);
        for (const { source, line, value } of diagnostics.length > 0 ? [] : resources) {
          assert.deepEqual(parse(source, line).resources[0]?.value, value);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test("an item of a list that is one long line has the text of its own, however far to the right it stands", () => {
  const items = Array.from({ length: 50 }, (_, index) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `p${index}`, annotations: { long: "x".repeat(1000) } },
  }));
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const { resources, diagnostics } = parseManifests([{ file: "list.json", text }]);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    resources.map(({ source }) => source.trim()),
    items.map((item) => JSON.stringify(item)),
  );
  assert.ok(resources.every(({ source }) => source.length < 1200));
  const last = resources.at(-1)?.locate(["metadata", "name"]);
  assert.equal(last?.column, text.indexOf('"p49"') + 1);
});
