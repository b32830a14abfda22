import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { meshOf } from "@weft/model/testing";
import { isWeftError } from "@weft/netaddr";
import { sizeQuestions } from "./fit.ts";
import { readIntents } from "./intents.ts";

/** A ClusterNetworkPolicy that names this many networks of its own, 25 in each peer. */
function cluster(name: string, tier: string, networks: number, label: string): object {
  const number = Number(name.replace(/\D/g, ""));
  const peers = Array.from({ length: networks / 25 }, (_, n) => ({
    networks: Array.from({ length: 25 }, (_, m) => `10.${number}.${n}.${m * 2}/32`),
  }));
  const egress = Array.from({ length: Math.ceil(peers.length / 25) }, (_, n) => {
    return { action: "Deny", to: peers.slice(n * 25, (n + 1) * 25) };
  });
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { tier, priority: 1, subject: { namespaces: { matchLabels: { [label]: "yes" } } }, egress },
  };
}

const namespaced = (apiVersion: string, spec: object) => ({
  apiVersion,
  kind: "NetworkPolicy",
  metadata: { name: "p", namespace: "shop" },
  spec,
});

const namespace = (labels: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "shop", labels },
});

const web: WeftEvent = {
  type: "EndpointAttached",
  data: { host: "h1", id: "c1", namespace: "shop", name: "web", identity: 256, ipv6: new Uint8Array(16) },
};

/** What is on record after these documents. */
function applied(...documents: object[]): WeftEvent[] {
  return intentsOf(documents).map((intent): WeftEvent => {
    const { name, source, file, line } = intent.resource;
    if (intent.kind === "Namespace")
      return { type: "NamespaceApplied", data: { name, labels: { ...intent.labels } } };
    const { kind, namespace } = intent.policy;
    return { type: "PolicyApplied", data: { kind, namespace, name, source, file, line } };
  });
}

function intentsOf(documents: readonly object[]) {
  const texts = documents.map((one) => ({ file: "a.yaml", text: JSON.stringify(one) }));
  const { intents, diagnostics } = readIntents(texts);
  assert.deepEqual(diagnostics, []);
  return intents;
}

/** Why documents would be refused, with the field; undefined: they would not. */
function refusal(events: readonly WeftEvent[], ...documents: object[]): string | undefined {
  for (const { ask, locate } of sizeQuestions(meshOf(events), intentsOf(documents))) {
    try {
      ask();
    } catch (error) {
      assert.ok(isWeftError(error, "RESOURCE_EXHAUSTED"));
      return `${locate(error.message, "").field}: ${error.message}`;
    }
  }
  return undefined;
}

test("a policy of the cluster is too large by itself, whoever it selects", () => {
  assert.match(
    refusal([], cluster("c1", "Admin", 5000, "nobody")) ?? "",
    /^spec: the policies of container that c1 selects need 5000 address prefixes, a container has 4096$/,
  );
  assert.equal(refusal([], cluster("c1", "Admin", 4000, "nobody")), undefined);
});

test("policies of all kinds that select a container have to fit together", () => {
  const ingressDeny = [{ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }];
  const events = [
    web,
    ...applied(namespace({ guarded: "yes" }), cluster("c1", "Admin", 4075, "guarded")),
    ...applied(namespaced("networking.k8s.io/v1", { podSelector: {}, policyTypes: ["Egress"] })),
  ];
  const weft = namespaced("weft.dev/v1", { podSelector: {}, ingressDeny });
  assert.equal(refusal(events, weft), undefined);
  const networks = Array.from({ length: 30 }, (_, n) => ({ ipBlock: { cidr: `192.0.2.${n * 2}/32` } }));
  const more = namespaced("weft.dev/v1", { podSelector: {}, ingressDeny: [{ from: networks }] });
  assert.match(refusal(events, more) ?? "", /^spec: the policies of container c1 need 4105 address prefixes/);
});

test("labels of a namespace are refused that bring its containers under more than they can hold", () => {
  const guards = [cluster("c1", "Admin", 3000, "one"), cluster("c2", "Admin", 3000, "two")];
  const events = [web, ...applied(namespace({ one: "yes" }), ...guards)];
  assert.equal(refusal(events, namespace({ two: "yes" })), undefined);
  assert.match(
    refusal(events, namespace({ one: "yes", two: "yes" })) ?? "",
    /^metadata.labels: the policies of container c1 need 6000 address prefixes/,
  );
});

test("what the Baseline holds must fit although a NetworkPolicy stands before it, as that may be deleted", () => {
  const egress = namespaced("networking.k8s.io/v1", { podSelector: {}, policyTypes: ["Egress"] });
  const events = [web, ...applied(namespace({ one: "yes" }), egress, cluster("c1", "Baseline", 3000, "one"))];
  assert.match(
    refusal(events, cluster("c2", "Baseline", 3000, "one")) ?? "",
    /^spec: the policies of container c1 need 6000 address prefixes/,
  );
});
