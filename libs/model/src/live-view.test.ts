import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { addressToBytes, parseAddress } from "@weft/netaddr";
import { rulesFor, tables } from "@weft/policy";
import fc from "fast-check";
import { anyHistory, identityOf, takeSteps } from "../test/events.ts";
import { liveView, type Mesh, policyEndpointOf, policyView } from "./index.ts";
import { meshOf } from "./testing.ts";

const local = (mesh: Mesh) => [...(mesh.endpoints.get("a")?.values() ?? [])].map(policyEndpointOf);

test("after any sequence of events the live rules come to the tables of a view from scratch", () => {
  const law = fc.property(anyHistory, (history) => {
    const mesh = meshOf([]);
    for (const steps of history) {
      takeSteps(mesh, steps);
      const [live, scratch] = [liveView(mesh), policyView(mesh)];
      for (const endpoint of local(mesh)) {
        assert.deepEqual(tables(rulesFor(endpoint, live)), tables(rulesFor(endpoint, scratch)));
      }
    }
  });
  fc.assert(law, { numRuns: 300 });
});

const source = (app: string, from: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: only-${app} }
spec:
  podSelector: { matchLabels: { app: "${app}" } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: "${from}" } } }] }]
`;

const applied = (app: string, from: string): WeftEvent => ({
  type: "PolicyApplied",
  data: {
    ...{ namespace: "x", name: `only-${app}`, kind: "NetworkPolicy", file: "p.yaml", line: 1 },
    source: source(app, from),
  },
});

function container(n: number, app: string): WeftEvent {
  const ipv6 = addressToBytes(parseAddress(`fd00::${n.toString(16)}`));
  const given = { host: "a", id: `c${n}`, namespace: "x", name: `c${n}`, mac: new Uint8Array(6), slot: n };
  return {
    type: "EndpointAttached",
    data: { ...given, labels: { app }, identity: identityOf("x", { app }), ipv6, ports: [] },
  };
}

test("of a thousand containers, an event makes the rules of those again that it concerns", () => {
  const apps = Array.from({ length: 1000 }, (_, n) => container(n, `app-${n}`));
  const policies = Array.from({ length: 1000 }, (_, n) => applied(`app-${n}`, `app-${n + 1}`));
  const mesh = meshOf([...apps, ...policies]);
  let before = rulesNow(mesh);
  const remade = (...events: readonly WeftEvent[]): string[] => {
    meshOf(events, mesh);
    const after = rulesNow(mesh);
    const ids = [...after].filter(([id, rules]) => before.get(id) !== rules).map(([id]) => id);
    before = after;
    return ids;
  };
  assert.deepEqual(remade(applied("app-7", "app-1")), ["c7"], "a policy: whom it selects");
  assert.deepEqual(remade({ type: "PolicyRemoved", data: { namespace: "x", name: "only-app-9" } }), ["c9"]);
  assert.deepEqual(remade(container(5000, "stranger")), ["c5000"], "a container that nobody names: itself");
  const twin = { ...{ app: "app-4", tier: "b" }, "io.kubernetes.pod.namespace": "x" };
  const allocated = {
    allocations: [{ identity: identityOf("x", { app: "app-4", tier: "b" }), labels: twin }],
  };
  assert.deepEqual(
    remade({ type: "IdentitiesAllocated", data: allocated }),
    ["c3"],
    "an identity: the container whose policy names its labels",
  );
  assert.deepEqual(remade({ type: "NamespaceApplied", data: { name: "x", labels: { team: "a" } } }), []);
});

const rulesNow = (mesh: Mesh) => new Map(local(mesh).map((one) => [one.id, rulesFor(one, liveView(mesh))]));
