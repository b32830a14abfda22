// Random events of everything that policies depend on: small pools, so that events meet.
import type { EventData, WeftEvent } from "@weft/log";
import { addressToBytes, type Labels, labelKey, parseAddress } from "@weft/netaddr";
import { anyPolicy, namingPolicy, selector } from "@weft/policy/testing";
import fc from "fast-check";
import type { Mesh } from "../src/index.ts";
import { meshOf } from "../src/testing.ts";

const hosts = ["a", "b"] as const;
const spaces = ["x", "y", "z"] as const;
const identities = new Map<string, number>();

/** A number for each label set, as the identity service keeps it. */
export function identityOf(namespace: string, labels: Labels): number {
  const key = labelKey({ ...labels, "io.kubernetes.pod.namespace": namespace });
  const identity = identities.get(key) ?? 256 + identities.size;
  identities.set(key, identity);
  return identity;
}

/** An event, once it is known which mesh it meets. */
export type Step = (mesh: Mesh) => WeftEvent;

const labels = fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("a", "b", ""), { maxKeys: 2 });
const space = fc.constantFrom(...spaces);
const place = fc.record({ host: fc.constantFrom(...hosts), n: fc.nat(4) });
const ports = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("web", "web", "dns"),
    protocol: fc.constantFrom("TCP", "TCP", "UDP"),
    port: fc.constantFrom(80, 81),
  }),
  { maxLength: 2, selector: ({ name, protocol }) => `${protocol}/${name}` },
);

const attached = fc.tuple(place, space, labels, ports).map(([{ host, n }, namespace, own, ports]): Step => {
  const ipv6 = addressToBytes(parseAddress(`fd00::${hosts.indexOf(host) * 16 + n}`));
  const identity = identityOf(namespace, own);
  const data = { host, id: `c${n}`, namespace, name: `c${n}`, labels: own, identity, ipv6, ports };
  return () => ({ type: "EndpointAttached", data: { ...data, mac: new Uint8Array(6), slot: n } });
});

const relabelled = fc.tuple(place, labels).map(([{ host, n }, own]): Step => {
  const id = `c${n}`;
  return (mesh) => {
    const namespace = mesh.endpoints.get(host)?.get(id)?.namespace ?? "x";
    const data = { host, id, labels: { ...own }, identity: identityOf(namespace, own) };
    return { type: "EndpointRelabelled", data };
  };
});

const changed = fc.tuple(place, fc.boolean()).map(([{ host, n }, has]): Step => {
  const ipv4 = has ? new Uint8Array([10, 0, 0, hosts.indexOf(host) * 16 + n]) : new Uint8Array();
  return () => ({ type: "EndpointChanged", data: { host, id: `c${n}`, ipv4 } });
});

const detached = place.map(({ host, n }): Step => {
  return () => ({ type: "EndpointDetached", data: { host, id: `c${n}` } });
});

const allocated = fc.tuple(space, labels).map(([namespace, own]): Step => {
  const set = { ...own, "io.kubernetes.pod.namespace": namespace };
  const allocations = [{ identity: identityOf(namespace, own), labels: set }];
  return () => ({ type: "IdentitiesAllocated", data: { allocations } });
});

const released = fc.tuple(space, labels).map(([namespace, own]): Step => {
  const data = { identities: [identityOf(namespace, own)] };
  return () => ({ type: "IdentitiesReleased", data });
});

const hostJoined = fc.tuple(fc.constantFrom(...hosts), fc.nat(3)).map(([host, n]): Step => {
  const underlayIpv6 = addressToBytes(parseAddress(`2001:db8::${n}`));
  return () => ({ type: "HostJoined", data: { host, attach: "tcx", underlayIpv6 } });
});

const hostLeft = fc.constantFrom(...hosts).map(
  (host): Step =>
    () => ({ type: "HostLeft", data: { host } }),
);

const namespaceApplied = fc.tuple(space, labels).map(([name, own]): Step => {
  return () => ({ type: "NamespaceApplied", data: { name, labels: { ...own } } });
});

const namespaceRemoved = space.map(
  (name): Step =>
    () => ({ type: "NamespaceRemoved", data: { name } }),
);

/** A ClusterNetworkPolicy, which selects in many namespaces and may name hosts. */
const clusterPolicy = fc
  .record({
    tier: fc.constantFrom("Admin", "Baseline"),
    priority: fc.nat(2),
    subject: fc.record({
      pods: fc.record(
        { namespaceSelector: selector, podSelector: selector },
        { requiredKeys: ["podSelector"] },
      ),
    }),
    to: fc.constantFrom(
      { namespaces: {} },
      { nodes: {} },
      { nodes: { matchLabels: { "kubernetes.io/hostname": "b" } } },
    ),
    action: fc.constantFrom("Accept", "Deny", "Pass"),
  })
  .map(({ to, action, ...spec }) => ({
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    spec: { ...spec, egress: [{ action, to: [to] }] },
  }));

/** A weft.dev/v1 NetworkPolicy whose peer is everybody in the cluster. */
const entityPolicy = selector.map((podSelector) => ({
  apiVersion: "weft.dev/v1",
  kind: "NetworkPolicy",
  spec: {
    podSelector,
    ingress: [{ from: [{ entities: ["cluster"] }] }],
    egressDeny: [{ to: [{ podSelector: {} }] }],
  },
}));

const kinds = {
  "networking.k8s.io/v1": "NetworkPolicy",
  "weft.dev/v1": "NetworkPolicy.weft.dev",
  "policy.networking.k8s.io/v1alpha2": "ClusterNetworkPolicy",
} as const;

/** What tells a policy apart, and its text. */
function policyData(
  policy: { readonly apiVersion: string },
  space: string,
  n: number,
): EventData<"PolicyApplied"> {
  const kind = kinds[policy.apiVersion as keyof typeof kinds];
  const namespace = kind === "ClusterNetworkPolicy" ? "" : space;
  const name = `p${n}`;
  const metadata = namespace === "" ? { name } : { namespace, name };
  return { namespace, name, kind, source: JSON.stringify({ ...policy, metadata }), file: "p.yaml", line: 1 };
}

const policy = fc.oneof(
  { weight: 5, arbitrary: anyPolicy },
  { weight: 3, arbitrary: namingPolicy },
  { weight: 2, arbitrary: clusterPolicy },
  { weight: 1, arbitrary: entityPolicy },
);

const policyApplied = fc.tuple(space, fc.nat(3), policy).map(([space, n, policy]): Step => {
  return () => ({ type: "PolicyApplied", data: policyData(policy, space, n) });
});

const policyRemoved = fc
  .tuple(space, fc.nat(3), fc.constantFrom(...Object.keys(kinds)))
  .map(([space, n, apiVersion]): Step => {
    const { namespace, name, kind } = policyData({ apiVersion }, space, n);
    return () => ({ type: "PolicyRemoved", data: { namespace, name, kind } });
  });

const step = fc.oneof(
  { weight: 6, arbitrary: attached },
  { weight: 2, arbitrary: relabelled },
  { weight: 1, arbitrary: changed },
  { weight: 2, arbitrary: detached },
  { weight: 3, arbitrary: allocated },
  { weight: 1, arbitrary: released },
  { weight: 1, arbitrary: hostJoined },
  { weight: 1, arbitrary: hostLeft },
  { weight: 2, arbitrary: namespaceApplied },
  { weight: 1, arbitrary: namespaceRemoved },
  { weight: 7, arbitrary: policyApplied },
  { weight: 2, arbitrary: policyRemoved },
);

/** Some events, several at a time. */
export const anyHistory = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 25,
});

/** Puts some events into a mesh. */
export function takeSteps(mesh: Mesh, steps: readonly Step[]): void {
  for (const step of steps) meshOf([step(mesh)], mesh);
}
