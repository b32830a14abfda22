import assert from "node:assert/strict";
import { test } from "node:test";
import { type Policy, policySource } from "./index.ts";

const source = `# The shop's cart.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart }
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 80
    - from:
        - podSelector:
            matchLabels:
              app: web
            matchExpressions:
              - { key: tier, operator: Exists }
`;
const policy: Policy = {
  namespace: "shop",
  name: "cart",
  kind: "NetworkPolicy",
  source,
  file: "shop.yaml",
  line: 101,
  revision: 7,
};
const place = (...args: Parameters<typeof policySource> extends [unknown, ...infer Rest] ? Rest : never) => {
  const { field, file, line, text } = policySource(policy, ...args);
  return `${file}:${line}: ${field}: ${text}`;
};

test("a field is found at the line of the file in which it was applied", () => {
  assert.equal(place(["spec", "ingress", 0]), "shop.yaml:108: spec.ingress[0]: - ports:");
  assert.equal(
    place(["spec", "ingress", 0, "ports", 0, "port"]),
    "shop.yaml:109: spec.ingress[0].ports[0].port: - port: 80",
  );
});

test("a label key is found where the selector names it, as a label or in an expression", () => {
  const selector = ["spec", "ingress", 1, "from", 0, "podSelector"];
  assert.equal(
    place(selector, "app"),
    "shop.yaml:113: spec.ingress[1].from[0].podSelector.matchLabels.app: app: web",
  );
  assert.equal(
    place(selector, "tier"),
    "shop.yaml:115: spec.ingress[1].from[0].podSelector.matchExpressions[0]: - { key: tier, operator: Exists }",
  );
});

test("a field that was left to its default is at the nearest one around it", () => {
  const field = ["spec", "ingress", 0, "ports", 0, "protocol"];
  assert.equal(place(field), "shop.yaml:109: spec.ingress[0].ports[0]: - port: 80");
});

test("the selectors of a ClusterNetworkPolicy are found where it has them", () => {
  const cluster = `kind: ClusterNetworkPolicy
apiVersion: policy.networking.k8s.io/v1alpha2
metadata: { name: guard }
spec:
  egress:
    - to:
        - namespaces: { matchLabels: { team: a } }
        - pods:
            podSelector: { matchLabels: { app: web } }
`;
  const field = (item: number, selector: string, key: string) =>
    policySource({ ...policy, source: cluster }, ["spec", "egress", 0, "to", item, selector], key).field;
  assert.equal(field(0, "namespaceSelector", "team"), "spec.egress[0].to[0].namespaces.matchLabels.team");
  assert.equal(field(1, "podSelector", "app"), "spec.egress[0].to[1].pods.podSelector.matchLabels.app");
});

test("a text that cannot be read has no lines", () => {
  assert.equal(policySource({ ...policy, source: "kind: [" }, ["spec"]).line, 0);
});
