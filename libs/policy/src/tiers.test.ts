import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@weft/netaddr";
import { viewOf } from "../test/world.ts";
import { decideSide, evaluate, reservedIdentities, rulesFor, tables } from "./index.ts";

const pods = ["a", "b"].map((app, index) => {
  const ports = [{ name: "web", protocol: "TCP" as const, port: 8080 + index }];
  return { namespace: "x", name: app, labels: { app }, addresses: [`fd00::${index + 1}`], ports };
});
const all = { namespaces: {} };

function cluster(name: string, tier: string, priority: number, ingress: object[], egress: object[] = []) {
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { tier, priority, subject: all, ingress, egress },
  };
}

function namespaced(name: string, spec: object, apiVersion = "networking.k8s.io/v1") {
  const metadata = { name, namespace: "x" };
  return { apiVersion, kind: "NetworkPolicy", metadata, spec: { podSelector: {}, ...spec } };
}

const protocols = [{ tcp: { destinationPort: { number: 80 } } }];

/** What becomes of packets from pod b (or from somebody else) to pod a: the verdict and the name of the policy. */
function ask(policies: unknown[], port: number, identity = 257): string {
  const view = viewOf({ pods, namespaces: {}, policies });
  const [a] = view.endpoints;
  assert.ok(a !== undefined);
  const rules = rulesFor(a, view);
  const packet = { identity, address: parseAddress("fd00::2"), protocol: 6, port };
  const { allowed, rule, enforced } = decideSide(rules, "ingress", packet);
  const { allow, rule: number } = evaluate(tables(rules), "ingress", packet);
  assert.deepEqual([allow, rules.ingress.rules[number - 1]?.ref], [allowed, rule]);
  return `${enforced ? "" : "open "}${allowed ? "allowed" : "denied"} by ${rule?.policy ?? "none"}`;
}

test("the Admin tier is asked first, by priority, whatever policies are called", () => {
  const first = cluster("z", "Admin", 1, [{ action: "Deny", from: [all], protocols }]);
  const second = cluster("a", "Admin", 2, [{ action: "Accept", from: [all] }]);
  const closed = namespaced("closed", { ingress: [] });
  assert.equal(ask([closed, second, first], 80), "denied by z");
  assert.equal(ask([closed, second, first], 81), "allowed by a");
});

test("what the Admin tier passes, NetworkPolicies decide, and without any the Baseline", () => {
  const admin = cluster("admin", "Admin", 1, [
    { action: "Pass", from: [all], protocols },
    { action: "Deny", from: [all] },
  ]);
  const more = cluster("more", "Admin", 2, [{ action: "Deny", from: [all] }]);
  const base = cluster("base", "Baseline", 1, [{ action: "Deny", from: [all] }]);
  const open = namespaced("open", { ingress: [{}] });
  assert.equal(ask([admin, more, base, open], 80), "allowed by open");
  assert.equal(ask([admin, more, base, open], 81), "denied by admin");
  assert.equal(ask([admin, more, base], 80), "denied by base", "one rule of each tier has the same peers");
  assert.equal(ask([admin, more], 80), "allowed by none");
});

test("a NetworkPolicy always decides: the Baseline is not asked after it", () => {
  const base = cluster("base", "Baseline", 1, [{ action: "Accept", from: [all] }]);
  assert.equal(ask([base, namespaced("closed", { ingress: [] })], 80), "denied by none");
  assert.equal(ask([base], 80), "allowed by base");
});

test("Baseline rules pass to what Kubernetes does without policies", () => {
  const base = cluster("base", "Baseline", 1, [
    { action: "Pass", from: [all], protocols },
    { action: "Deny", from: [all] },
  ]);
  assert.equal(ask([base], 80), "allowed by none");
  assert.equal(ask([base], 81), "denied by base");
});

test("a policy of the cluster without rules for a direction does not touch it", () => {
  const egressOnly = cluster("out", "Admin", 1, [], [{ action: "Deny", to: [all] }]);
  assert.equal(ask([egressOnly], 80), "open allowed by none");
});

test("a denial beats what any other NetworkPolicy allows, whichever kind it is of", () => {
  const open = namespaced("a", { ingress: [{}] });
  const deny = namespaced("z", { ingressDeny: [{ ports: [{ port: 80 }] }] }, "weft.dev/v1");
  assert.equal(ask([open, deny], 80), "denied by z");
  assert.equal(ask([open, deny], 81), "allowed by a");
  const accept = cluster("admin", "Admin", 1, [{ action: "Accept", from: [all] }]);
  assert.equal(ask([open, deny, accept], 80), "allowed by admin", "but not the Admin tier");
});

test("the own host is shut out by an explicit denial alone", () => {
  const { host } = reservedIdentities;
  const closed = namespaced("closed", { ingress: [] });
  assert.equal(ask([closed], 80, host), "allowed by none");
  const ssh = namespaced(
    "ssh",
    { ingressDeny: [{ from: [{ entities: ["host"] }], ports: [{ port: 22 }] }] },
    "weft.dev/v1",
  );
  assert.equal(ask([closed, ssh], 22, host), "denied by ssh");
  assert.equal(ask([closed, ssh], 80, host), "allowed by none");
});

test("a named port is that of the receiver in denials and in policies of the cluster, too", () => {
  const deny = namespaced(
    "deny",
    { ingress: [{}], ingressDeny: [{ ports: [{ port: "web" }] }] },
    "weft.dev/v1",
  );
  assert.equal(ask([deny], 8080), "denied by deny");
  assert.equal(ask([deny], 8081), "allowed by deny", "which is the sender's port of that name");
  const named = [{ destinationNamedPort: "web" }];
  const guard = cluster("guard", "Admin", 1, [{ action: "Deny", from: [all], protocols: named }]);
  assert.equal(ask([guard], 8080), "denied by guard");
  assert.equal(ask([guard], 8081), "allowed by none");
});

test("a rule is named by its list, its place there and by what the policy calls it", () => {
  const admin = cluster("admin", "Admin", 1, [{ name: "no web", action: "Deny", from: [all], protocols }]);
  const deny = namespaced("p", { ingress: [{}], ingressDeny: [{}] }, "weft.dev/v1");
  const view = viewOf({ pods, namespaces: {}, policies: [admin, deny] });
  const [a] = view.endpoints;
  assert.ok(a !== undefined);
  const refs = rulesFor(a, view).ingress.rules.map(({ ref }) => ref);
  const place = { direction: "ingress", index: 0 };
  const weft = {
    kind: "NetworkPolicy.weft.dev",
    tier: "NetworkPolicy",
    namespace: "x",
    policy: "p",
    revision: 101,
  };
  const guard = {
    kind: "ClusterNetworkPolicy",
    tier: "Admin",
    namespace: "",
    policy: "admin",
    revision: 100,
  };
  assert.deepEqual(refs, [
    { ...guard, ...place, list: "ingress", name: "no web" },
    { ...weft, ...place, list: "ingressDeny" },
    { ...weft, ...place, list: "ingress" },
  ]);
});
