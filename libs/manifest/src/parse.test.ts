import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDiagnostic, maxDocumentLength, maxResources, maxTextLength, parseManifests } from "./index.ts";

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

test("a missing kind or name is refused at the field, or at the one around it", () => {
  assert.deepEqual(findings("apiVersion: ''\nmetadata: {}\n"), [
    "f.yaml:1:1: kind: is missing (expected a text)",
    "f.yaml:1:13: apiVersion: is empty (expected a text)",
    "f.yaml:2:1: metadata.name: is missing (expected a text)",
  ]);
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

test("documents of one file are what each is by itself, at lines that are shifted", () => {
  const piece = fc.constantFrom(
    `${head}spec: {a: 1}\n`,
    `# a comment\n${head}`,
    "# nothing\n",
    "",
    JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "j" } }, null, 1),
    `apiVersion: v1\nkind: List\nitems:\n- ${head.trim().replaceAll("\n", "\n  ")}\n`,
    "apiVersion: v1\nkind: PodList\nitems:\n- metadata:\n    name: a\n",
    `${head}data: |\n  --- not a marker\n  text\n`,
    `${head}data: "a\\n"\n`,
  );
  const marker = fc.constantFrom("---\n", "--- # c\n", "---\r\n", "\uFEFF---\n", "---   \n");
  const fields = [[], ["kind"], ["metadata", "name"], ["spec", "a"], ["none"]];
  const seen = (text: string, line: number) => {
    const { resources, diagnostics } = parse(text, line);
    assert.deepEqual(diagnostics, [], text);
    return resources.map((one) => ({
      name: one.name,
      value: one.value,
      source: one.source.trimEnd(),
      line: one.line,
      places: fields.map((field) => one.locate(field)),
    }));
  };
  fc.assert(
    fc.property(fc.array(fc.tuple(marker, piece), { minLength: 1, maxLength: 6 }), (parts) => {
      const whole = parts.map(([mark, text]) => `${mark}${text.replace(/([^\n])$/, "$1\n")}`);
      let line = 1;
      const apart = whole.flatMap((text) => {
        const found = seen(text, line);
        line += text.split("\n").length - 1;
        return found;
      });
      assert.deepEqual(seen(whole.join(""), 1), apart);
    }),
    { numRuns: 300 },
  );
});

test("lists of one kind are taken apart, and what an API server leaves out of their items is filled in", () => {
  const raw = JSON.stringify({
    kind: "NetworkPolicyList",
    apiVersion: "networking.k8s.io/v1",
    metadata: { resourceVersion: "1" },
    items: [{ metadata: { name: "a", namespace: "x" }, spec: { podSelector: {} } }],
  });
  const rbac = `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleList\nitems:\n- metadata:\n    name: r\n`;
  const empty = "apiVersion: v1\nkind: ServiceList\nitems: null\n";
  const { resources, diagnostics } = parse(`${raw}\n---\n${rbac}---\n${empty}`);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    resources.map(({ apiVersion, kind, namespace, name, locate }) => {
      return [apiVersion, kind, namespace, name, locate(["metadata", "name"]).line];
    }),
    [
      ["networking.k8s.io/v1", "NetworkPolicy", "x", "a", 1],
      ["rbac.authorization.k8s.io/v1", "Role", "default", "r", 7],
    ],
  );
  for (const one of resources) {
    const [again] = parse(one.source, one.line).resources;
    assert.deepEqual(again?.value, one.value);
    assert.equal(again?.locate(["metadata", "name"]).line, one.locate(["metadata", "name"]).line);
  }
  const [custom] = parse(
    "apiVersion: x.org/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [1]\n",
  ).resources;
  assert.equal(custom?.kind, "AllowList");
});

test("JSON objects that follow one another are documents, each at its place", () => {
  const one = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name } });
  const { resources, diagnostics } = parse(`${one("a")}\n${one("b")} ${one("}{")}\n`);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    resources.map(({ name, locate }) => [name, locate([]).line, locate([]).column]),
    [
      ["a", 1, 1],
      ["b", 2, 1],
      ["}{", 2, one("b").length + 2],
    ],
  );
});

test("names by anybody's rules pass through, and a name that a server would make is marked", () => {
  const role =
    "apiVersion: v1\nkind: ClusterRole\nmetadata: {name: 'system:a', namespace: x, labels: {a: 1}}\n";
  const job = "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: pi-}\n";
  assert.deepEqual(
    parse(`${role}---\n${job}---\n${head.replace("web", "no")}`).resources.map((one) => [
      one.namespace,
      one.name,
    ]),
    [
      ["", "system:a"],
      ["default", "pi-*"],
      ["default", "no"],
    ],
  );
});

test("a template that was not rendered is called that, at its first action, and nothing else is", () => {
  const templates: [string, string][] = [
    [`${head}  namespace: {{ .Values.namespace }}\n`, "5:14"],
    [`{{- if .Values.on }}\n${head}{{- end }}\n`, "1:1"],
    [`${head}spec:\n  {{- toYaml .Values.spec | nindent 2 }}\n`, "6:3"],
    [`${head.replace("web", "{{ .Release.Name }}-web")}`, "4:9"],
    [`${head.replace("web", '"{{ .Release.Name }}"')}`, "4:10"],
    [`${head.replace("web", "a-{{ .Release.Name }}")}`, "4:11"],
  ];
  for (const [text, place] of templates) {
    const expected = `f.yaml:${place}: this is a template that was not rendered`;
    assert.deepEqual(
      findings(text).map((line) => line.slice(0, expected.length)),
      [expected],
      text,
    );
  }
  const alert = `${head}data:\n  a: '{{ $labels.pod }}'\n  b: |\n    {{ define "x" }}\n`;
  assert.deepEqual(parse(alert).diagnostics, []);
  assert.match(findings(`${alert}a: [\n`)[0] ?? "", /^f.yaml:10:1: Flow sequence/);
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
  assert.deepEqual(findings(borrowed(5000)), ["f.yaml:1007:9: is one alias too many (expected at most 500)"]);
  assert.deepEqual(parse(`${head}data:\n${lines(20_000, (n) => `  "é${n}": x\n`)}`).diagnostics, []);
  assert.equal(findings(`${head}data:\n${lines(2000, () => "  é: x\n")}`).length, 50);
});
