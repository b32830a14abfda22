import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@weft/netaddr";
import { decide } from "./decide.ts";
import type { NetworkPolicy } from "./network-policy.ts";
import type { PolicyEndpoint, PolicyView } from "./view.ts";

const endpoint = (id: string, ports: PolicyEndpoint["ports"], n: number): PolicyEndpoint => ({
  id,
  namespace: "a",
  labels: { id },
  identity: 256 + n,
  addresses: [parseAddress(`fd00::${n}`)],
  ports,
});

const server = endpoint(
  "server",
  [
    { name: "http", protocol: "TCP", port: 8080 },
    { name: "web", protocol: "TCP", port: 8080 },
    { name: "quic", protocol: "UDP", port: 8080 },
  ],
  1,
);
const client = endpoint("client", [], 2);

/** Whether the client reaches port 8080 where a direction lets only the port of this name pass. */
function passes(direction: "ingress" | "egress", protocol: "TCP" | "UDP", name: string, by: "TCP" | "UDP") {
  const rules = [{ peers: "any" as const, ports: [{ kind: "named" as const, protocol, name }] }];
  const policy: NetworkPolicy = {
    kind: "NetworkPolicy",
    namespace: "a",
    name: "p",
    podSelector: [{ key: "id", operator: "In", values: [direction === "ingress" ? "server" : "client"] }],
    [direction]: rules,
    revocation: { mode: "cut" },
  };
  const view: PolicyView = {
    endpoints: [server, client],
    namespaces: new Map(),
    policies: [{ policy, revision: 1 }],
  };
  return decide({ from: client, to: server, protocol: by, port: 8080, family: 6 }, view).allowed;
}

test("each name of a port is the port, and a number of two protocols is two ports", () => {
  for (const direction of ["ingress", "egress"] as const) {
    assert.equal(passes(direction, "TCP", "http", "TCP"), true);
    assert.equal(passes(direction, "TCP", "web", "TCP"), true);
    assert.equal(passes(direction, "UDP", "quic", "UDP"), true);
    assert.equal(passes(direction, "TCP", "http", "UDP"), false);
    assert.equal(passes(direction, "UDP", "web", "UDP"), false);
    assert.equal(passes(direction, "TCP", "quic", "TCP"), false);
  }
});
