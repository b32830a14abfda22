import assert from "node:assert/strict";
import { test } from "node:test";
import { resourcesOf } from "../testing.ts";
import { portText } from "./pods.ts";
import { readScene } from "./scene.ts";

const hosts = ["h1"];

function scene(text: string) {
  const { scene: found, diagnostics } = readScene(resourcesOf(text), hosts);
  assert.deepEqual(diagnostics, []);
  return found;
}

const meta = (apiVersion: string, kind: string, more = "") =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}${more}}\n---\n`;

const pod = (spec: string, more = "", metadata = "name: p") =>
  `{apiVersion: v1, kind: Pod, metadata: {${metadata}}, spec: {${spec}}${more}}\n---\n`;

test("custom resources are ignored by their group, and policies of others are said not to be enforced", () => {
  const { ignored } = scene(
    meta("monitoring.coreos.com/v1", "ServiceMonitor", ", spec: {endpoints: yes}") +
      meta("cilium.io/v2", "CiliumNetworkPolicy") +
      meta("projectcalico.org/v3", "NetworkPolicy", ", spec: {selector: all()}") +
      meta("serving.knative.dev/v1", "Service") +
      meta("gateway.networking.k8s.io/v1", "HTTPRoute"),
  );
  assert.deepEqual(
    ignored.map(({ kind, reason }) => `${kind}: ${reason}`),
    [
      "ServiceMonitor: it is of monitoring.coreos.com",
      "CiliumNetworkPolicy: a policy of cilium.io, which Weft does not enforce",
      "NetworkPolicy: a policy of projectcalico.org, which Weft does not enforce",
      "Service: it is of serving.knative.dev",
      "HTTPRoute: it is of gateway.networking.k8s.io",
    ],
  );
});

test("a slip in a kind of Kubernetes or in its group is refused and not ignored", () => {
  for (const [apiVersion, kind] of [
    ["networking.k8s.io/v1", "NetworkPolcy"],
    ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"],
    ["app/v1", "Deploiment"],
    ["weft.dev/v1", "Policy"],
  ] as const) {
    const { diagnostics } = readScene(resourcesOf(meta(apiVersion, kind)), hosts);
    assert.deepEqual(
      diagnostics.map(({ field }) => field),
      ["kind"],
      kind,
    );
  }
  const { scene: old } = readScene(resourcesOf(meta("extensions/v1beta1", "NetworkPolicy")), hosts);
  assert.equal(old.intent.length, 1, "it is for the compiler, which refuses it by its version");
});

test("roles with colons, and whatever stands in kinds that mean nothing here, pass", () => {
  const { ignored } = scene(
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: 'system:a:b', labels: {a: 1}}}\n" +
      "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: No_1}, data: {a: yes, b: 012}, odd: 1}\n" +
      "---\n{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: !!binary aGk=}}\n",
  );
  assert.deepEqual(
    ignored.map(({ name }) => name),
    ["system:a:b", "default/No_1", "default/s"],
  );
});

test("a pod that has ended is no container", () => {
  for (const phase of ["Succeeded", "Failed"]) {
    const { pods, ignored } = scene(pod("containers: [{name: c}]", `, status: {phase: ${phase}}`));
    assert.deepEqual([pods.length, ignored[0]?.reason], [0, "it has ended"]);
  }
  assert.equal(scene(pod("containers: [{name: c}]", ", status: {phase: Running}")).pods.length, 1);
});

test("a workload without a name gets one from generateName, the same each time and another for each manifest", () => {
  const text = pod("containers: [{name: c}]", "", "generateName: job-").repeat(2);
  const names = scene(text).pods.map(({ name }) => name);
  assert.match(names[0] ?? "", /^job-[0-9a-f]{5}$/);
  assert.notEqual(names[0], names[1]);
  assert.deepEqual(
    scene(text).pods.map(({ name }) => name),
    names,
  );
});

test("a workload is held to the rules of names, labels and ports", () => {
  const cases: [string, string][] = [
    [pod("containers: [{name: c}]", "", "name: A_b"), "metadata.name"],
    [pod("containers: [{name: c}]", "", "name: a, namespace: a.b"), "metadata.namespace"],
    [pod("containers: [{name: c}]", "", "name: no"), "metadata.name"],
    [pod("containers: [{name: c}]", "", "name: a, labels: {app: on}"), "metadata.labels.app"],
    [pod("containers: [{ports: [{containerPort: 0o120}]}]"), "spec.containers[0].ports[0].containerPort"],
    [
      pod("containers: [{}], initContainers: [{restartPolicy: Always, ports: [{containerPort: 0}]}]"),
      "spec.initContainers[0].ports[0].containerPort",
    ],
  ];
  for (const [text, field] of cases) {
    const { diagnostics } = readScene(resourcesOf(text), hosts);
    assert.deepEqual(
      diagnostics.map((one) => one.field),
      [field],
      text,
    );
  }
});

test("ports of sidecars count, those of init containers that end do not", () => {
  const [one] = scene(
    pod(
      "containers: [{ports: [{containerPort: 80, name: http}]}], initContainers: [" +
        "{restartPolicy: Always, ports: [{containerPort: 15090, name: metrics}]}, {ports: [{containerPort: 1}]}]",
    ),
  ).pods;
  assert.deepEqual(
    one?.ports.map((port) => `${portText(port)} ${port.name}`),
    ["tcp/80 http", "tcp/15090 metrics"],
  );
});

test("each name of a port counts, and so does each protocol; what is said twice counts once", () => {
  const ports =
    "{containerPort: 80}, {containerPort: 80, name: http}, {containerPort: 80, name: web}, {containerPort: 80}," +
    "{containerPort: 80, name: http}, {containerPort: 80, protocol: UDP, name: quic}";
  const [one] = scene(pod(`containers: [{ports: [${ports}]}]`)).pods;
  assert.deepEqual(
    one?.ports.map((port) => `${portText(port)} ${port.name}`),
    ["tcp/80 http", "tcp/80 web", "udp/80 quic"],
  );
});
