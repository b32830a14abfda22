import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { addressToBytes, type Labels, labelKey, parseAddress } from "@weft/netaddr";
import { rulesFor, tables } from "@weft/policy";
import { anyPolicy } from "@weft/policy/testing";
import fc from "fast-check";
import { liveView, type Mesh, policyEndpointOf, policyView } from "./index.ts";
import { meshOf } from "./testing.ts";

// Small pools of everything, so that events meet.
const hosts = ["a", "b"];
const spaces = ["x", "y", "z"];
const identities = new Map<string, number>();

/** A number for each label set, as the identity service keeps it. */
function identityOf(namespace: string, labels: Labels): number {
  const key = labelKey({ ...labels, "io.kubernetes.pod.namespace": namespace });
  const identity = identities.get(key) ?? 256 + identities.size;
  identities.set(key, identity);
  return identity;
}

const labels = fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("a", "b", ""), { maxKeys: 2 });
const place = fc.record({ host: fc.constantFrom(...hosts), n: fc.nat(4) });
const space = fc.constantFrom(...spaces);
const ports = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("web", "dns"),
    protocol: fc.constantFrom("TCP", "UDP"),
    port: fc.constantFrom(80, 81, 443),
  }),
  { maxLength: 2, selector: ({ name, protocol }) => `${protocol}/${name}` },
);

const attached = fc
  .tuple(place, space, labels, ports)
  .map(([{ host, n }, namespace, own, ports]): WeftEvent => {
    const ipv6 = addressToBytes(parseAddress(`fd00::${hosts.indexOf(host)}:${n}`));
    const identity = identityOf(namespace, own);
    const data = { host, id: `c${n}`, namespace, name: `c${n}`, labels: own, identity, ipv6, ports };
    return { type: "EndpointAttached", data: { ...data, mac: new Uint8Array(6), slot: n } };
  });

// A container keeps its namespace: its other labels come from those of the event before it, if there is one.
type Step = WeftEvent | { relabel: { host: string; n: number }; labels: Labels };

const changes: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: attached },
  { weight: 2, arbitrary: fc.record({ relabel: place, labels }) },
  {
    weight: 2,
    arbitrary: place.map(
      ({ host, n }): WeftEvent => ({ type: "EndpointDetached", data: { host, id: `c${n}` } }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.boolean()).map(([{ host, n }, has]): WeftEvent => {
      const ipv4 = has ? new Uint8Array([10, 0, hosts.indexOf(host), n]) : new Uint8Array();
      return { type: "EndpointChanged", data: { host, id: `c${n}`, ipv4 } };
    }),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(space, labels).map(([namespace, own]): WeftEvent => {
      const set = { ...own, "io.kubernetes.pod.namespace": namespace };
      return {
        type: "IdentitiesAllocated",
        data: { allocations: [{ identity: identityOf(namespace, own), labels: set }] },
      };
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(space, labels).map(([namespace, own]): WeftEvent => {
      return { type: "IdentitiesReleased", data: { identities: [identityOf(namespace, own)] } };
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(space, labels)
      .map(([name, own]): WeftEvent => ({ type: "NamespaceApplied", data: { name, labels: own } })),
  },
  { weight: 1, arbitrary: space.map((name): WeftEvent => ({ type: "NamespaceRemoved", data: { name } })) },
  {
    weight: 6,
    arbitrary: fc.tuple(space, fc.nat(3), anyPolicy).map(([namespace, n, policy]): WeftEvent => {
      const name = `p${n}`;
      const source = JSON.stringify({ ...policy, metadata: { namespace, name } });
      return {
        type: "PolicyApplied",
        data: { namespace, name, kind: "NetworkPolicy", source, file: "p.yaml", line: 1 },
      };
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(space, fc.nat(3))
      .map(([namespace, n]): WeftEvent => ({ type: "PolicyRemoved", data: { namespace, name: `p${n}` } })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...hosts).map((host): WeftEvent => ({ type: "HostLeft", data: { host } })),
  },
);

function eventOf(mesh: Mesh, change: Step): WeftEvent {
  if (!("relabel" in change)) return change;
  const { host, n } = change.relabel;
  const namespace = mesh.endpoints.get(host)?.get(`c${n}`)?.namespace ?? "x";
  const identity = identityOf(namespace, change.labels);
  return { type: "EndpointRelabelled", data: { host, id: `c${n}`, labels: { ...change.labels }, identity } };
}

const local = (mesh: Mesh) => [...(mesh.endpoints.get("a")?.values() ?? [])].map(policyEndpointOf);

test("after any sequence of events the live rules come to the tables of a view from scratch", () => {
  const batches = fc.array(fc.array(changes, { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 25,
  });
  const law = fc.property(batches, (batches) => {
    const mesh = meshOf([]);
    for (const batch of batches) {
      for (const change of batch) meshOf([eventOf(mesh, change)], mesh);
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
