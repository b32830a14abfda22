import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDiagnostic } from "@weft/manifest";
import { formatPrefix } from "@weft/netaddr";
import { policyOf, rightPolicy } from "../test/world.ts";
import type { ClusterNetworkPolicy } from "./index.ts";

const head = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: p}
`;
const start = "tier: Admin, priority: 10, subject: {namespaces: {}}";

function good(spec: string): ClusterNetworkPolicy {
  const policy = rightPolicy(`${head}spec: {${start}, ${spec}}`);
  assert.ok(policy.kind === "ClusterNetworkPolicy");
  return policy;
}

function findings(spec: string, top = head): string[] {
  const parsed = policyOf(`${top}spec: {${spec}}`);
  assert.ok(Array.isArray(parsed), "the policy was taken");
  return parsed.map(formatDiagnostic).map((line) => line.replace(/^policy.yaml:\d+:\d+: /, ""));
}

test("a policy of the cluster is in no namespace, and selects by namespace and pod", () => {
  const policy = good("");
  assert.deepEqual([policy.namespace, policy.tier, policy.priority], ["", "Admin", 10]);
  assert.deepEqual([policy.ingress, policy.egress, policy.revocation], [[], [], { mode: "cut" }]);
  const everybody = { kind: "pods", namespaceSelector: [], podSelector: [] };
  assert.deepEqual(policy.subject, everybody);
  const pods = "{pods: {podSelector: {matchLabels: {app: a}}}}";
  const [rule] = good(`ingress: [{action: Deny, from: [${pods}]}]`).ingress;
  const app = [{ key: "app", operator: "In", values: ["a"] }];
  assert.deepEqual(rule, {
    name: "",
    action: "deny",
    peers: [{ kind: "pods", namespaceSelector: [], podSelector: app }],
    ports: "any",
  });
});

test("rules accept, deny or pass, on ports, ranges and names", () => {
  const protocols =
    "[{tcp: {destinationPort: {number: 80}}}, {udp: {destinationPort: {range: {start: 1, end: 9}}}}, {sctp: {destinationPort: {number: 7}}}, {destinationNamedPort: web}]";
  const rule = `{name: lets it, action: Pass, to: [{namespaces: {}}], protocols: ${protocols}}`;
  const [only] = good(`egress: [${rule}]`).egress;
  assert.deepEqual([only?.name, only?.action], ["lets it", "pass"]);
  assert.deepEqual(only?.ports, [
    { kind: "range", protocol: "TCP", from: 80, to: 80 },
    { kind: "range", protocol: "UDP", from: 1, to: 9 },
    { kind: "range", protocol: "SCTP", from: 7, to: 7 },
    { kind: "named", protocol: "TCP", name: "web" },
    { kind: "named", protocol: "UDP", name: "web" },
    { kind: "named", protocol: "SCTP", name: "web" },
  ]);
});

test("peers of egress may be nodes and networks", () => {
  const to = "[{nodes: {matchLabels: {kubernetes.io/hostname: h1}}}, {networks: [10.1.2.3/8, 'fd00::/8']}]";
  const [rule] = good(`egress: [{action: Accept, to: ${to}}]`).egress;
  const [nodes, ...blocks] = rule?.peers === "any" ? [] : (rule?.peers ?? []);
  const selector = [{ key: "kubernetes.io/hostname", operator: "In", values: ["h1"] }];
  assert.deepEqual(nodes, { kind: "nodes", selector });
  const texts = blocks.map((peer) => (peer.kind === "block" ? formatPrefix(peer.cidr) : ""));
  assert.deepEqual(texts, ["10.0.0.0/8", "fd00::/8"]);
});

test("both versions with these fields are taken, and no other", () => {
  const beta = head.replace("v1alpha2", "v1beta1");
  assert.ok(!Array.isArray(policyOf(`${beta}spec: {${start}}`)));
  assert.match(
    findings(start, head.replace("v1alpha2", "v1alpha1")).join("\n"),
    /^apiVersion: is "policy.networking.k8s.io\/v1alpha1" \(expected .*v1alpha2" or .*v1beta1"\)$/,
  );
  assert.match(
    findings(start, head.replace("{name: p}", "{name: p, namespace: shop}")).join("\n"),
    /^metadata.namespace: is "shop" \(expected none\)$/,
  );
});

test("revocation is annotated as on a NetworkPolicy", () => {
  const annotated = head.replace("{name: p}", "{name: p, annotations: {weft/on-revoke: keep}}");
  assert.deepEqual(rightPolicy(`${annotated}spec: {${start}}`).revocation, { mode: "keep" });
});

test("what the definition refuses, and what is not supported, is refused by its field", () => {
  const rules = (rule: string, list = "egress") => `${start}, ${list}: [${rule}]`;
  const pods = "{namespaces: {}}";
  const cases: [string, RegExp][] = [
    [
      "tier: Default, priority: 1, subject: {namespaces: {}}",
      /^spec.tier: is "Default" \(expected "Admin" or/,
    ],
    ["tier: Admin, priority: 1001, subject: {namespaces: {}}", /^spec.priority: is 1001 .*0 to 1000\)/],
    ["tier: Admin, subject: {namespaces: {}}", /^spec.priority: is/],
    ["tier: Admin, priority: 1", /^spec.subject: is missing/],
    [
      "tier: Admin, priority: 1, subject: {}",
      /^spec.subject: says nothing \(expected exactly one of namespaces, p/,
    ],
    [
      "tier: Admin, priority: 1, subject: {namespaces: {}, pods: {podSelector: {}}}",
      /^spec.subject: has 2 fields \(expected exactly one/,
    ],
    [rules(`{action: Allow, to: [${pods}]}`), /action: is "Allow" \(expected "Accept" or "Deny" or "Pass"\)/],
    [rules("{action: Deny}"), /egress\[0\].to: is missing/],
    [rules("{action: Deny, to: []}"), /egress\[0\].to: is a list of 0 \(expected at least 1/],
    [
      rules("{action: Deny, to: [{domainNames: ['*.a.org']}]}"),
      /^spec.egress\[0\].to\[0\].domainNames: unknown field$/m,
    ],
    [
      rules("{action: Deny, from: [{networks: [10.0.0.0/8]}]}", "ingress"),
      /from\[0\].networks: unknown field/,
    ],
    [rules("{action: Deny, to: [{networks: []}]}"), /networks: is a list of 0/],
    [rules("{action: Deny, to: [{networks: [10.0.0.0/40]}]}"), /networks\[0\]: is "10.0.0.0\/40"/],
    [rules(`{action: Deny, to: [${pods}], protocols: []}`), /protocols: is a list of 0/],
    [
      rules(`{action: Deny, to: [${pods}], protocols: [{tcp: {}}]}`),
      /tcp: says nothing \(expected destinationPort/,
    ],
    [rules(`{action: Deny, to: [${pods}], protocols: [{icmp: {}}]}`), /protocols\[0\].icmp: unknown field/],
    [
      rules(
        `{action: Deny, to: [${pods}], protocols: [{tcp: {destinationPort: {range: {start: 9, end: 9}}}}]}`,
      ),
      /range.end: is 9 while start is 9/,
    ],
    [
      rules(`{action: Deny, to: [${pods}, {nodes: {}}], protocols: [{destinationNamedPort: web}]}`),
      /destinationNamedPort: names a port, which to\[1\] cannot have \(expected only namespaces and pods/,
    ],
    [rules(`{action: Deny, name: ${"x".repeat(101)}, to: [${pods}]}`), /name: .*at most 100 characters/],
    [
      rules(Array(26).fill(`{action: Deny, to: [${pods}]}`).join()),
      /egress: is a list of 26 \(expected at most 25/,
    ],
  ];
  for (const [spec, expected] of cases) assert.match(findings(spec).join("\n"), expected, spec);
});
