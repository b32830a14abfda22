import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@weft/netaddr";
import { viewOf } from "../../test/world.ts";
import type { Party } from "../decide.ts";
import type { ProtocolName } from "../protocol.ts";
import { reservedIdentities } from "../view.ts";
import { explain } from "./explain.ts";
import { flip } from "./flip.ts";

const pods = ["web", "ads"].map((name, index) => ({
  ...{ namespace: "shop", name, labels: { app: name }, addresses: [`fd00::${index + 1}`], ports: [] },
}));
const standard = (spec: object, annotations = {}) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "web", namespace: "shop", annotations },
  spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"], ...spec },
});
const weft = (spec: object) => ({ ...standard({ ingress: [{}], ...spec }), apiVersion: "weft.dev/v1" });
const guard = (priority: number, action: string, tier = "Admin", name = "guard") => ({
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  metadata: { name },
  spec: { tier, priority, subject: { namespaces: {} }, ingress: [{ action, from: [{ namespaces: {} }] }] },
});
const outside: Party = { identity: reservedIdentities.world, address: parseAddress("2001:db8::1") };

function flipped(policies: object[], { protocol = "TCP" as ProtocolName, port = 80, from = "" } = {}) {
  const view = viewOf({ pods, namespaces: {}, policies });
  const [web, ads] = view.endpoints;
  assert.ok(web && ads);
  const explanation = explain({ from: from === "" ? ads : outside, to: web, protocol, port }, view);
  return flip(explanation, view, { from: from || "ads", to: "web" });
}

const shown = (policies: object[], options = {}) => flipped(policies, options).apply.join("---\n");

test("an ICMP message is let through by the kind of NetworkPolicy that can name it", () => {
  const text = shown([standard({})], { protocol: "ICMPv6", port: (128 << 8) | 0 });
  assert.match(text, /^apiVersion: weft\.dev\/v1\nkind: NetworkPolicy\n/);
  assert.match(text, /icmp:\n +family: IPv6\n +type: 128\n +code: 0\n/);
});

test("a new policy keeps to the revocation of those it joins, as the strictest of all counts", () => {
  assert.match(shown([standard({}, { "weft/on-revoke": "drain=30s" })]), /weft\/on-revoke: drain=30s\n/);
  assert.doesNotMatch(shown([standard({})]), /on-revoke/);
});

test("what one NetworkPolicy lets pass, another one denies; who is governed by none is left to the Baseline", () => {
  const denial = shown([standard({ ingress: [{}] })]);
  assert.match(denial, /^apiVersion: weft\.dev\/v1\n/);
  assert.match(denial, /name: web-not-from-ads-tcp-80\n[\s\S]*ingressDeny:\n/);
  assert.doesNotMatch(denial, / ingress:/);
  const baseline = shown([]);
  assert.match(baseline, /^kind: ClusterNetworkPolicy$/m);
  assert.match(baseline, /tier: Baseline\n {2}priority: 1000\n[\s\S]*action: Deny\n/);
});

test("an explicit denial is overruled by the cluster, and a rule of a tier by one just before it", () => {
  const overruled = shown([weft({ ingressDeny: [{}] })]);
  assert.match(overruled, /tier: Admin\n {2}priority: 1000\n[\s\S]*action: Accept\n/);
  assert.match(shown([guard(7, "Deny")]), /tier: Admin\n {2}priority: 6\n/);
  assert.match(shown([guard(7, "Accept")]), /tier: Admin\n {2}priority: 6\n[\s\S]*action: Deny\n/);
  assert.match(shown([guard(7, "Deny", "Baseline")]), /tier: Baseline\n {2}priority: 6\n/);
});

test("before priority 0 there is only a name that comes first, and before that one nothing", () => {
  assert.match(shown([guard(0, "Deny", "Admin", "zeal")]), /name: web-from-ads-tcp-80\n[\s\S]*priority: 0\n/);
  assert.match(shown([guard(0, "Deny")]), /name: 0-web-from-ads-tcp-80\n[\s\S]*priority: 0\n/);
  assert.deepEqual(flipped([guard(0, "Deny", "Admin", "0")]).apply, []);
});

test("where no policy of its own can do it, the sentence names the rule that stands in the way", () => {
  const { apply, summary } = flipped([weft({ ingressDeny: [{}] })], { from: "2001:db8::1" });
  assert.deepEqual(apply, []);
  assert.match(
    summary,
    /^spec\.ingressDeny\[0\] of NetworkPolicy\.weft\.dev shop\/web denies it, .*: change that rule$/,
  );
});
