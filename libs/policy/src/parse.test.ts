import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDiagnostic } from "@weft/manifest";
import { formatPrefix } from "@weft/netaddr";
import { goodPolicy, policyOf } from "../test/world.ts";

const head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n";

function findings(spec: string): string[] {
  const parsed = policyOf(`${head}spec:\n${spec}`);
  assert.ok(Array.isArray(parsed), "the policy was taken");
  return parsed.map(formatDiagnostic).map((line) => line.replace("policy.yaml:", ""));
}

function directions(spec: string): string {
  const { ingress, egress } = goodPolicy(`${head}${spec}`);
  return [ingress === undefined ? "-" : ingress.length, egress === undefined ? "-" : egress.length].join();
}

test("policyTypes default to Ingress, and to Egress where there are egress rules", () => {
  assert.equal(directions(""), "0,-");
  assert.equal(directions("spec: {}"), "0,-");
  assert.equal(directions("spec: {podSelector: {}, policyTypes: []}"), "0,-");
  assert.equal(directions("spec: {ingress: [{}], egress: []}"), "1,-");
  assert.equal(directions("spec: {egress: [{}]}"), "0,1");
  assert.equal(directions("spec: {policyTypes: [Egress]}"), "-,0");
  assert.equal(directions("spec: {policyTypes: [Egress], ingress: [{}], egress: null}"), "-,0");
  assert.equal(directions("spec: {policyTypes: [Ingress, Egress]}"), "0,0");
});

test("absent, null and empty peers and ports all mean anybody and everything", () => {
  for (const rule of ["{}", "{from: , ports: }", "{from: [], ports: []}"]) {
    const [only] = goodPolicy(`${head}spec: {ingress: [${rule}]}`).ingress ?? [];
    assert.deepEqual(only, { peers: "any", ports: "any" });
  }
});

test("an empty selector selects all, an absent one narrows nothing", () => {
  const from = "[{podSelector: {}}, {namespaceSelector: {}}, {podSelector: {}, namespaceSelector: null}]";
  const [rule] = goodPolicy(`${head}spec: {ingress: [{from: ${from}}]}`).ingress ?? [];
  assert.deepEqual(rule?.peers, [
    { kind: "pods", podSelector: [] },
    { kind: "pods", namespaceSelector: [], podSelector: [] },
    { kind: "pods", podSelector: [] },
  ]);
});

test("ports default to TCP and to all ports of their protocol", () => {
  const ports = "[{}, {protocol: SCTP}, {port: 80}, {port: 80, endPort: 90, protocol: UDP}, {port: web}]";
  const [rule] = goodPolicy(`${head}spec: {egress: [{ports: ${ports}}]}`).egress ?? [];
  assert.deepEqual(rule?.ports, [
    { kind: "range", protocol: "TCP", from: 0, to: 65535 },
    { kind: "range", protocol: "SCTP", from: 0, to: 65535 },
    { kind: "range", protocol: "TCP", from: 80, to: 80 },
    { kind: "range", protocol: "UDP", from: 80, to: 90 },
    { kind: "named", protocol: "TCP", name: "web" },
  ]);
});

test("host bits of a block are cut off", () => {
  const to = "[{ipBlock: {cidr: 10.1.2.3/8, except: [10.9.9.9/16]}}, {ipBlock: {cidr: 'FD00::1/64'}}]";
  const [rule] = goodPolicy(`${head}spec: {egress: [{to: ${to}}]}`).egress ?? [];
  const blocks = rule?.peers === "any" ? [] : (rule?.peers ?? []);
  const texts = blocks.flatMap((peer) => (peer.kind === "block" ? [peer.cidr, ...peer.except] : []));
  assert.deepEqual(texts.map(formatPrefix), ["10.0.0.0/8", "10.9.0.0/16", "fd00::/64"]);
});

test("a field that Kubernetes does not know is refused by name", () => {
  assert.deepEqual(
    findings("  podSelectors: {}\n  egress:\n  - from: []\n  - to:\n    - podselector: {}\n"),
    [
      "5:3: spec.podSelectors: unknown field",
      "7:5: spec.egress[0].from: unknown field",
      "9:7: spec.egress[1].to[0].podselector: unknown field",
    ],
  );
});

test("another kind or version is refused", () => {
  const parsed = policyOf("apiVersion: extensions/v1beta1\nkind: NetworkPolicy\nmetadata: {name: p}\n");
  assert.ok(Array.isArray(parsed));
  assert.deepEqual(parsed.map(formatDiagnostic), [
    'policy.yaml:1:13: apiVersion: is "extensions/v1beta1" (expected "networking.k8s.io/v1")',
  ]);
});

test("peers that say nothing or too much are refused", () => {
  const expected = "(expected podSelector, namespaceSelector or both, or ipBlock alone)";
  const from =
    "  ingress:\n  - from:\n    - {}\n    - ipBlock: {cidr: 10.0.0.0/8}\n      podSelector: {}\n    -\n";
  assert.deepEqual(findings(from), [
    `7:7: spec.ingress[0].from[0]: names nobody ${expected}`,
    `8:7: spec.ingress[0].from[1]: has ipBlock beside a selector ${expected}`,
    "10:6: spec.ingress[0].from[2]: is empty (expected an object)",
  ]);
});

test("blocks that are no prefixes, and exceptions that are not inside, are refused", () => {
  const bad = [
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0/8",
    "010.0.0.0/8",
    "fd00::/129",
    "::ffff:10.0.0.0/104",
    "x/8",
    "1.2.3.4/08",
  ];
  for (const cidr of bad) {
    const [found] = findings(`  ingress:\n  - from:\n    - ipBlock:\n        cidr: '${cidr}'\n`);
    assert.match(
      found ?? "",
      /^8:15: spec.ingress\[0\].from\[0\].ipBlock.cidr: is ".*" \(expected an? .*pre/,
      cidr,
    );
  }
  const except = "[10.0.0.0/8, 0.0.0.0/0, 11.0.0.0/16, 'fd00::/64', 10.1.0.0/16]";
  const found = findings(`  ingress:\n  - from:\n    - ipBlock: {cidr: 10.0.0.0/8, except: ${except}}\n`);
  assert.equal(found.length, 4);
  assert.match(
    found[0] ?? "",
    /except\[0\]: is "10.0.0.0\/8" \(expected a prefix inside of 10.0.0.0\/8 and longer/,
  );
});

test("ports that cannot be are refused", () => {
  const cases: [string, RegExp][] = [
    ["port: 0", /port: is 0 \(expected a whole number from 1 to 65535\)/],
    ["port: 65536", /port: is 65536/],
    ["port: 1.5", /port: is 1.5/],
    ["port: '80'", /port: is "80" \(expected .* at least one letter/],
    ["port: Web", /port: is "Web"/],
    ["port: a-very-long-name", /port: is "a-very-long-name"/],
    ["protocol: tcp", /protocol: is "tcp" \(expected "TCP" or "UDP" or "SCTP"\)/],
    ["endPort: 80", /endPort: is 80 while port is missing \(expected port to be a number, too\)/],
    ["port: web, endPort: 80", /endPort: is 80 while port is "web"/],
    ["port: 80, endPort: 79", /endPort: is 79 while port is 80 \(expected a number from 80 to 65535\)/],
  ];
  for (const [port, expected] of cases) {
    const [found, ...more] = findings(`  ingress:\n  - ports: [{${port}}]\n`);
    assert.match(found ?? "", expected);
    assert.deepEqual(more, []);
  }
});

test("selectors that Kubernetes would refuse are refused", () => {
  const cases: [string, RegExp][] = [
    ["{key: a, operator: In}", /values: is empty \(expected at least one value, as the operator is In\)/],
    ["{key: a, operator: NotIn, values: []}", /values: is empty/],
    [
      "{key: a, operator: Exists, values: [x]}",
      /values: is not empty \(expected no values, as the operator is Exists\)/,
    ],
    ["{key: a, operator: Equals, values: [x]}", /operator: is "Equals" \(expected "In" or/],
    ["{key: a b, operator: Exists}", /key: is "a b"/],
    ["{key: a, operator: In, values: [x y]}", /values\[0\]: is "x y"/],
    ["{key: a, operator: In, values: [1]}", /values\[0\]: is 1 \(expected a text: quote it\)/],
  ];
  for (const [expression, expected] of cases) {
    assert.match(findings(`  podSelector: {matchExpressions: [${expression}]}\n`)[0] ?? "", expected);
  }
});
