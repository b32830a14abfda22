import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseManifests } from "./index.ts";
import { findings, head, parse } from "./testing.ts";

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
