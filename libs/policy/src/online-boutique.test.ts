import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseManifests } from "@weft/manifest";
import { parseAddress } from "@weft/netaddr";
import { expectedMatrix, type PolicyEndpoint, type PolicyView, parseNetworkPolicy } from "./index.ts";

const folder = new URL("../../../examples/online-boutique/", import.meta.url);

function view(): PolicyView {
  const file = "network-policies.yaml";
  const { resources, diagnostics } = parseManifests([
    { file, text: readFileSync(new URL(file, folder), "utf8") },
  ]);
  assert.deepEqual(diagnostics, []);
  const policies = resources.map((resource, index) => {
    const policy = parseNetworkPolicy(resource);
    assert.ok(!Array.isArray(policy), resource.name);
    return { policy, revision: index + 1 };
  });
  return { endpoints: apps(), namespaces: new Map(), policies };
}

// The deployments of the demo and the ports that they listen on.
function apps(): PolicyEndpoint[] {
  const listens: [string, number[]][] = [
    ["adservice", [9555]],
    ["cartservice", [7070]],
    ["checkoutservice", [5050]],
    ["currencyservice", [7000]],
    ["emailservice", [8080]],
    ["frontend", [8080]],
    ["loadgenerator", [1]],
    ["paymentservice", [50051]],
    ["productcatalogservice", [3550]],
    ["recommendationservice", [8080]],
    ["redis-cart", [6379]],
    ["shippingservice", [50051]],
  ];
  return listens.map(([app, ports], index) => ({
    id: app,
    namespace: "default",
    labels: { app },
    identity: 256 + index,
    addresses: [parseAddress(`fd00::${index + 1}`)],
    ports: ports.map((port) => ({ name: "main", protocol: "TCP", port })),
  }));
}

test("the shop's policies let through what the shop needs, and nothing else", () => {
  const mesh = view();
  assert.equal(mesh.policies.length, 13);
  const cells = expectedMatrix(mesh.endpoints, mesh);
  assert.equal(cells.length, 12 * 11);
  const open = cells.filter(({ decision }) => decision.allowed).map(({ from, to }) => `${from} ${to}`);
  const callers: Record<string, string[]> = {
    adservice: ["frontend"],
    cartservice: ["checkoutservice", "frontend"],
    checkoutservice: ["frontend"],
    currencyservice: ["checkoutservice", "frontend"],
    emailservice: ["checkoutservice"],
    // The frontend takes anybody's call: its policy has a rule without peers and ports.
    frontend: mesh.endpoints.map(({ id }) => id).filter((id) => id !== "frontend"),
    paymentservice: ["checkoutservice"],
    productcatalogservice: ["checkoutservice", "frontend", "recommendationservice"],
    recommendationservice: ["frontend"],
    "redis-cart": ["cartservice"],
    shippingservice: ["checkoutservice", "frontend"],
  };
  const wanted = Object.entries(callers).flatMap(([to, list]) => list.map((from) => `${from} ${to}`));
  assert.deepEqual(open.sort(), wanted.sort());
});

test("a decision names the policy and the rule behind it", () => {
  const mesh = view();
  const cell = expectedMatrix(mesh.endpoints, mesh).find(
    ({ from, to }) => from === "frontend" && to === "cartservice",
  );
  const place = { kind: "NetworkPolicy", tier: "NetworkPolicy", namespace: "default", policy: "cartservice" };
  const rule = { ...place, direction: "ingress", list: "ingress", index: 0, revision: 2 };
  assert.deepEqual(cell?.decision.ingress, { enforced: true, allowed: true, rule });
});
