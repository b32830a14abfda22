import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDiagnostic } from "@weft/manifest";
import { goodPolicy, policyOf } from "../test/world.ts";

const head = "apiVersion: weft.dev/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n";

function findings(spec: string, metadata = "{name: p}"): string[] {
  const parsed = policyOf(`${head.replace("{name: p}", metadata)}spec:\n${spec}`);
  assert.ok(Array.isArray(parsed), "the policy was taken");
  return parsed.map(formatDiagnostic).map((line) => line.replace("policy.yaml:", ""));
}

test("what a NetworkPolicy of Kubernetes can say, one of weft.dev says in the same words", () => {
  const spec =
    "spec: {podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: web}, {port: 1, endPort: 9}]}], egress: [{}]}";
  const { kind, ...ours } = goodPolicy(head + spec);
  const { kind: theirKind, ...theirs } = goodPolicy(head.replace("weft.dev", "networking.k8s.io") + spec);
  assert.deepEqual([kind, theirKind], ["NetworkPolicy.weft.dev", "NetworkPolicy"]);
  assert.deepEqual(ours, theirs);
});

test("denials have lists of their own, and govern their direction as rules do", () => {
  const policy = goodPolicy(`${head}spec: {egressDeny: [{to: [{entities: [world, host]}]}]}`);
  assert.deepEqual(policy.ingress, []);
  assert.deepEqual(policy.egress, []);
  const peers = [
    { kind: "entity", entity: "world" },
    { kind: "entity", entity: "host" },
  ];
  assert.deepEqual(policy.egressDeny, [{ peers, ports: "any" }]);
  assert.equal(policy.ingressDeny, undefined);
});

test("an ICMP port is a type and a code, of both families unless one is named", () => {
  const icmp = "[{icmp: {}}, {icmp: {type: 8}}, {icmp: {family: IPv6, type: EchoRequest}}]";
  const more = "[{icmp: {type: EchoRequest, code: 0}}, {icmp: {type: PacketTooBig}}]";
  const ports = (list: string) => {
    const rule = goodPolicy(`${head}spec: {ingress: [{ports: ${list}}]}`).ingress?.[0];
    return (rule?.ports === "any" ? [] : (rule?.ports ?? [])).map((port) =>
      port.kind === "range" ? [port.protocol, port.from, port.to] : [],
    );
  };
  assert.deepEqual(ports(icmp), [
    ["ICMP", 0, 0xffff],
    ["ICMPv6", 0, 0xffff],
    ["ICMP", 0x800, 0x8ff],
    ["ICMPv6", 0x800, 0x8ff],
    ["ICMPv6", 0x8000, 0x80ff],
  ]);
  assert.deepEqual(ports(more), [
    ["ICMP", 0x800, 0x800],
    ["ICMPv6", 0x8000, 0x8000],
    ["ICMPv6", 0x200, 0x2ff],
  ]);
});

test("onRevoke says what becomes of flows", () => {
  const { revocation } = goodPolicy(`${head}spec: {onRevoke: drain=1m}`);
  assert.deepEqual(revocation, { mode: "drain", seconds: 60 });
  assert.match(findings("  onRevoke: later\n")[0] ?? "", /spec.onRevoke: is "later" \(expected cut, keep/);
});

test("what would not be in force is refused, not ignored", () => {
  const cases: [string, RegExp][] = [
    ["policyTypes: [Egress]\n  ingressDeny: [{}]", /ingressDeny: is not in force, as policyTypes leaves/],
    ["policyTypes: [Ingress]\n  egressDeny: [{}]", /egressDeny: is not in force/],
    ["ingress: [{from: [{entities: [everybody]}]}]", /entities\[0\]: is "everybody" \(expected "world" or/],
    ["ingress: [{from: [{entities: []}]}]", /entities: is a list of 0 \(expected at least 1 items\)/],
    ["ingress: [{from: [{entities: [host], podSelector: {}}]}]", /names its peers in more than one way/],
    ["ingress: [{from: [{}]}]", /names nobody .*or entities alone/],
    ["ingress: [{ports: [{icmp: {}, port: 80}]}]", /icmp: stands beside protocol or port \(expected icmp/],
    ["ingress: [{ports: [{icmp: {code: 1}}]}]", /icmp.code: is 1 while type is missing/],
    ["ingress: [{ports: [{icmp: {type: 256}}]}]", /icmp.type: is 256 .*0 to 255/],
    ["ingress: [{ports: [{icmp: {type: Ping}}]}]", /icmp.type: is "Ping" .*0 to 255 or one of .*EchoRequest/],
    [
      "ingress: [{ports: [{icmp: {type: PacketTooBig, family: IPv4}}]}]",
      /icmp.type: is "PacketTooBig" .*TimeExceeded/,
    ],
    ["ingressDeny: [{to: []}]", /ingressDeny\[0\].to: unknown field/],
    ["egress: [{toFQDNs: []}]", /egress\[0\].toFQDNs: unknown field/],
  ];
  for (const [spec, expected] of cases) assert.match(findings(`  ${spec}\n`).join("\n"), expected, spec);
  const [annotated] = findings("  ingress: []\n", "{name: p, annotations: {weft/on-revoke: keep}}");
  assert.match(annotated ?? "", /is for the kinds of Kubernetes \(expected spec.onRevoke\)/);
});

test("a NetworkPolicy of Kubernetes cannot say what only weft.dev can", () => {
  const kubernetes = (spec: string) => {
    const parsed = policyOf(`${head.replace("weft.dev", "networking.k8s.io")}spec:\n  ${spec}\n`);
    return Array.isArray(parsed) ? parsed.map(({ field, message }) => `${field} ${message}`) : [];
  };
  assert.deepEqual(kubernetes("ingressDeny: [{}]"), ["spec.ingressDeny unknown field"]);
  assert.deepEqual(kubernetes("onRevoke: keep"), ["spec.onRevoke unknown field"]);
  assert.deepEqual(kubernetes("ingress: [{ports: [{icmp: {}}]}]"), [
    "spec.ingress[0].ports[0].icmp unknown field",
  ]);
  assert.deepEqual(kubernetes("ingress:\n  - from:\n    - entities: [host]"), [
    "spec.ingress[0].from[0].entities unknown field",
  ]);
});
