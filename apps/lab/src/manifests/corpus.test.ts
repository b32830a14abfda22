import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { formatDiagnostic, parseManifests } from "@weft/manifest";
import { parsePolicy } from "@weft/policy";
import { podName, portText } from "./pods.ts";
import { readScene } from "./scene.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "..", "tests", "data", "manifests");

/** What a file comes to: its containers, policies and what is ignored; or the findings about it, whoever has them. */
function read(file: string): string[] {
  const text = readFileSync(join(folder, file), "utf8");
  const parsed = parseManifests([{ file, text }]);
  const { scene, diagnostics } = readScene(parsed.resources, ["h1"]);
  const policies = scene.intent
    .filter(({ kind }) => kind === "NetworkPolicy")
    .flatMap((resource) => {
      const policy = parsePolicy(resource);
      return Array.isArray(policy) ? policy : [];
    });
  const findings = [...parsed.diagnostics, ...diagnostics, ...policies];
  if (findings.length > 0) return findings.map(formatDiagnostic);
  return [
    ...scene.pods.map((pod) => {
      const ports = pod.ports.map((port) => ` ${portText(port)}=${port.name}`).join("");
      return `pod ${podName(pod)}${ports}`;
    }),
    ...scene.intent.map(({ kind, namespace, name, line }) => `${kind} ${namespace}/${name} at ${line}`),
    ...scene.services.map(({ name }) => `Service ${name}`),
    ...scene.ignored.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`),
  ];
}

const nothing = "nothing to do for a network";

const expected: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  "anchors.yaml": ["NetworkPolicy shop/web at 1"],
  "concatenated.yaml": ["NetworkPolicy shop/web at 1", "NetworkPolicy shop/db at 9"],
  "custom-resources.yaml": [
    "PrometheusRule monitoring/rules: it is of monitoring.coreos.com",
    "CiliumNetworkPolicy default/deny: a policy of cilium.io, which Weft does not enforce",
    "Service default/hello: it is of serving.knative.dev",
  ],
  "empty-list.json": [],
  "generate-name.yaml": [/^pod shop\/pi-[0-9a-f]{5}$/],
  "live-pods.yaml": [
    "pod shop/web-5d9c-x2x1 tcp/8080=http tcp/8080=web tcp/15090=envoy-prom",
    "Pod shop/migrate-1: it has ended",
    "Pod shop/migrate-0: it has ended",
  ],
  "marker-with-text.yaml": [/^marker-with-text.yaml:8:5: Block collection cannot start/],
  "markers.yaml": ["NetworkPolicy shop/web at 1", "Namespace /shop at 9", "NetworkPolicy shop/db at 11"],
  "norway.yaml": [
    'norway.yaml:7:16: spec.podSelector.matchLabels.country: is no, which YAML 1.1 and YAML 1.2 read differently: quote it (expected "no")',
  ],
  "nothing.yaml": [],
  "octal-port.yaml": [/^octal-port.yaml:10:13: spec.ingress\[0\].ports\[0\].port: is 0120, .*: quote it/],
  "raw-list.json": ["NetworkPolicy shop/web at 1"],
  "stream.json": ["Namespace /shop at 1", "NetworkPolicy shop/web at 2"],
  "template.yaml": [/^template.yaml:1:1: this is a template that was not rendered/],
  "typed-lists.yaml": [
    `ConfigMap monitoring/grafana-dashboard-a: ${nothing}`,
    `RoleBinding default/system:prometheus-k8s: ${nothing}`,
    `RoleBinding kube-system/prometheus-k8s: ${nothing}`,
  ],
  "unknown-field.yaml": ["unknown-field.yaml:8:3: spec.ingres: unknown field"],
  "windows.yaml": ["NetworkPolicy shop/web at 3", "NetworkPolicy shop/db at 11"],
};

test("each file of the corpus comes to what it says", () => {
  const files = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));
  assert.deepEqual(files.toSorted(), Object.keys(expected).toSorted());
  for (const file of files) {
    const found = read(file);
    const wanted = expected[file] ?? [];
    assert.equal(found.length, wanted.length, `${file}: ${found.join("; ")}`);
    for (const [index, one] of wanted.entries()) {
      if (typeof one === "string") assert.equal(found[index], one, file);
      else assert.match(found[index] ?? "", one, file);
    }
  }
});
