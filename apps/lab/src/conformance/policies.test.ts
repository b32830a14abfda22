import assert from "node:assert/strict";
import { test } from "node:test";
import { selectedPods } from "./policies.ts";
import { readCases } from "./read.ts";
import { oneStep, policy } from "./testing.ts";

const world = {
  pods: { "x/a": { pod: "a" }, "x/b": { pod: "b" }, "y/a": { pod: "a" } },
  namespaces: { x: { team: "red" }, y: {} },
  cells: 9,
};

function selectedBy(...policies: object[]): string[] {
  const [step] = readCases(oneStep({ ...world, policies }), "cases.json")[0]?.steps ?? [];
  assert.ok(step);
  return selectedPods(step);
}

test("a NetworkPolicy selects pods of its own namespace", () => {
  assert.deepEqual(selectedBy(policy({ podSelector: { matchLabels: { pod: "a" } } })), ["x/a"]);
});

test("a ClusterNetworkPolicy selects pods by what their namespaces are labelled with, too", () => {
  const cluster = (subject: object) => ({
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "c" },
    spec: { tier: "Admin", priority: 1, subject },
  });
  const red = { matchLabels: { team: "red" } };
  assert.deepEqual(selectedBy(cluster({ namespaces: red })), ["x/a", "x/b"]);
  const pods = { namespaceSelector: {}, podSelector: { matchLabels: { pod: "a" } } };
  assert.deepEqual(selectedBy(cluster({ pods })), ["x/a", "y/a"]);
});
