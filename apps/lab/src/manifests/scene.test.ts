import assert from "node:assert/strict";
import { test } from "node:test";
import { onlineBoutique, resourcesOf } from "../testing.ts";
import { placePods } from "./place.ts";
import { podName, portText } from "./pods.ts";
import { readScene } from "./scene.ts";

const hosts = ["h1", "h2", "h3"];

function workload(kind: string, spec: string, name = "a"): string {
  const template =
    "{metadata: {labels: {app: a}}, spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}";
  return `{apiVersion: apps/v1, kind: ${kind}, metadata: {name: ${name}}, spec: {${spec} template: ${template}}}\n---\n`;
}

function names(text: string): string[] {
  const { scene, diagnostics } = readScene(resourcesOf(text), hosts);
  assert.deepEqual(diagnostics, []);
  return scene.pods.map((pod) => pod.name);
}

test("the Online Boutique becomes twelve containers, four on each host", () => {
  const { scene, diagnostics } = readScene(onlineBoutique(), hosts);
  assert.deepEqual(diagnostics, []);
  assert.equal(scene.pods.length, 12);
  assert.deepEqual(
    hosts.map((host) => placePods(scene.pods, hosts).filter((pod) => pod.host === host).length),
    [4, 4, 4],
  );
  const frontend = scene.pods.find((pod) => podName(pod) === "default/frontend");
  assert.deepEqual(frontend?.labels, { app: "frontend" });
  assert.deepEqual(frontend?.ports.map(portText), ["tcp/8080"]);
  assert.equal(scene.intent.length, 13);
  assert.equal(scene.services.length, 12);
  assert.ok(scene.ignored.every(({ kind }) => kind === "ServiceAccount"));
});

test("one copy keeps the plain name, several are numbered, a StatefulSet always is", () => {
  assert.deepEqual(names(workload("Deployment", "")), ["a"]);
  assert.deepEqual(names(workload("Deployment", "replicas: 3,")), ["a-0", "a-1", "a-2"]);
  assert.deepEqual(names(workload("StatefulSet", "replicas: 1,")), ["a-0"]);
  assert.deepEqual(names(workload("ReplicaSet", "replicas: 0,")), []);
  assert.deepEqual(names(workload("Job", "parallelism: 2,")), ["a-0", "a-1"]);
});

test("a DaemonSet has one container on every host, and it stays there", () => {
  const { scene } = readScene(resourcesOf(workload("DaemonSet", "")), hosts);
  assert.deepEqual(
    placePods(scene.pods, hosts).map((pod) => [pod.name, pod.host]),
    [
      ["a-h1", "h1"],
      ["a-h2", "h2"],
      ["a-h3", "h3"],
    ],
  );
});

test("a pod behind a Service that serves IPv4 gets an IPv4 address, others do not", () => {
  const service = (families: string) =>
    `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: a}, ${families} ports: [{port: 80}]}}`;
  const ipv4 = (families: string) =>
    readScene(resourcesOf(workload("Deployment", "") + service(families)), hosts).scene.pods[0]?.ipv4;
  assert.equal(ipv4("ipFamilies: [IPv6, IPv4],"), true);
  assert.equal(ipv4("ipFamilyPolicy: RequireDualStack,"), true);
  assert.equal(ipv4("ipFamilies: [IPv6],"), false);
  assert.equal(ipv4(""), false);
});

test("what runs in the network of its host, or has none, is ignored by name", () => {
  const pod =
    "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostNetwork: true, containers: [{name: c}]}}";
  const secret = "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: n}}";
  const { scene, diagnostics } = readScene(resourcesOf(`${pod}\n---\n${secret}`), hosts);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(scene.pods, []);
  assert.deepEqual(
    scene.ignored.map(({ kind, name }) => `${kind} ${name}`),
    ["Pod default/p", "Secret n/s"],
  );
});

test("a kind that the lab does not know is refused at its line", () => {
  const { diagnostics } = readScene(resourcesOf("apiVersion: v1\nkind: Ingress\nmetadata: {name: x}"), hosts);
  assert.equal(diagnostics.length, 1);
  assert.equal(diagnostics[0]?.line, 2);
  assert.equal(diagnostics[0]?.field, "kind");
  assert.match(diagnostics[0]?.expected ?? "", /Deployment/);
});

test("a port out of range is refused at its line, and so is a field that ports do not have", () => {
  const pod = (port: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    ports:\n    - ${port}`;
  const found = (port: string) => readScene(resourcesOf(pod(port)), hosts).diagnostics[0];
  assert.equal(found("containerPort: 70000")?.line, 8);
  assert.equal(found("containerPort: 70000")?.field, "spec.containers[0].ports[0].containerPort");
  assert.equal(found("{containerPort: 80, port: 80}")?.field, "spec.containers[0].ports[0].port");
  assert.equal(found("{containerPort: 80, protocol: QUIC}")?.field, "spec.containers[0].ports[0].protocol");
});

test("two manifests that make one container are refused, naming both", () => {
  const text = workload("Deployment", "replicas: 2,") + workload("StatefulSet", "replicas: 1,");
  const { diagnostics } = readScene(resourcesOf(text), hosts);
  assert.equal(diagnostics.length, 1);
  assert.match(
    diagnostics[0]?.message ?? "",
    /default\/a-0 is already made by the Deployment at test\.yaml:1/,
  );
});
