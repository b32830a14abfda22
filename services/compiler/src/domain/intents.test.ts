import assert from "node:assert/strict";
import { test } from "node:test";
import { readIntents } from "./intents.ts";

const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    team: blue
`;
const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
`;
const read = (text: string) => readIntents([{ file: "a.yaml", text }]);

test("policies and namespaces are read from one file, in order", () => {
  const { intents, diagnostics } = read(`${namespace}---\n${policy}`);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    intents.map(({ kind, resource }) => [kind, resource.namespace, resource.name]),
    [
      ["Namespace", "", "shop"],
      ["Policy", "shop", "web"],
    ],
  );
});

test("what the compiler does not know is refused with line, field and what was expected", () => {
  const cases: [string, number, string, RegExp][] = [
    [
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n",
      2,
      "kind",
      /unsupported kind Pod.*NetworkPolicy, ClusterNetworkPolicy or Namespace/,
    ],
    ["apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n", 2, "kind", /load balancer/],
    [`${namespace}hue: red\n`, 7, "hue", /./],
    [
      policy.replace("podSelector: {}", "podSelector: {}\n  ingress:\n  - ports:\n    - port: 70000"),
      10,
      "spec.ingress[0].ports[0].port",
      /65535/,
    ],
  ];
  for (const [text, line, field, message] of cases) {
    const [first, ...others] = read(text).diagnostics;
    assert.deepEqual([first?.line, first?.field, others], [line, field, []]);
    assert.match(`${first?.message} expected ${first?.expected}`, message);
  }
});

test("a NetworkPolicy of Kubernetes and one of Weft may have the same name", () => {
  const weft = policy.replace("networking.k8s.io", "weft.dev");
  const { intents, diagnostics } = read(`${policy}---\n${weft}`);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    intents.map((intent) => intent.kind === "Policy" && intent.policy.kind),
    ["NetworkPolicy", "NetworkPolicy.weft.dev"],
  );
});

test("an object that is given twice is refused, with both places", () => {
  const { diagnostics } = readIntents([
    { file: "a.yaml", text: policy },
    { file: "b.yaml", text: policy },
  ]);
  assert.equal(diagnostics.length, 1);
  assert.match(`${diagnostics[0]?.file} ${diagnostics[0]?.message}`, /b.yaml .*a.yaml:1/);
});
