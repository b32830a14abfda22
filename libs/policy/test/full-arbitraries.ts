// Random worlds with policies of every kind.
import fc from "fast-check";
import type { Flow } from "../src/index.ts";
import type {
  ClusterPeerManifest,
  ClusterPolicyManifest,
  ClusterRuleManifest,
  PeerManifest,
  PolicyManifest,
  PortManifest,
  ProtocolManifest,
  SelectorManifest,
} from "../src/oracle/manifests.ts";
import {
  anyPacket,
  anyPolicy,
  anyStranger,
  anyWorld,
  named,
  namespaces,
  type Policy,
  peer,
  pod,
  port,
  portNames,
  portNumbers,
  ruleOf,
  selector,
} from "./arbitraries.ts";

/** Hosts of every random world. */
export const hosts = [
  { name: "n1", addresses: ["192.0.2.1", "fd01::a"] },
  { name: "n2", addresses: ["192.0.2.2", "fd01::b"] },
  { name: "n3", addresses: ["10.0.0.130"] },
];

const entity = fc.constantFrom("world", "host", "remote-node", "cluster");
const weftPeer: fc.Arbitrary<PeerManifest> = fc.oneof(
  peer,
  fc.record({ entities: fc.uniqueArray(entity, { minLength: 1, maxLength: 2 }) }),
);

const code = fc.constantFrom(0, 1, 255);
const icmp = fc.oneof(
  fc.record({ family: fc.constantFrom("IPv4", "IPv6") }, { requiredKeys: [] }),
  fc.record(
    {
      family: fc.constantFrom("IPv4", "IPv6"),
      type: fc.constantFrom<number | string>(0, 8, 13, 128, 255, "EchoRequest"),
      code,
    },
    { requiredKeys: ["type"] },
  ),
  fc.record({ type: fc.constantFrom("Timestamp", "PacketTooBig"), code }, { requiredKeys: ["type"] }),
);
const weftPort: fc.Arbitrary<PortManifest> = fc.oneof(port, fc.record({ icmp }));

const weftRules = (side: "from" | "to") => fc.array(ruleOf(side, weftPeer, weftPort), { maxLength: 2 });
const weftPolicy: fc.Arbitrary<Policy> = fc
  .record(
    {
      podSelector: selector,
      policyTypes: fc.uniqueArray(fc.constantFrom("Ingress", "Egress"), { maxLength: 2 }),
      ingress: weftRules("from"),
      egress: weftRules("to"),
      ingressDeny: weftRules("from"),
      egressDeny: weftRules("to"),
    },
    { requiredKeys: ["podSelector"] },
  )
  .map((spec) => ({ apiVersion: "weft.dev/v1", kind: "NetworkPolicy", spec: withDeniedTypes(spec) }));

// A list of denials that policyTypes leave out would be refused.
function withDeniedTypes(spec: Policy["spec"]): Policy["spec"] {
  const { policyTypes = [], ingressDeny = [], egressDeny = [] } = spec;
  if (policyTypes.length === 0) return spec;
  const denied = [
    ...(ingressDeny.length > 0 ? ["Ingress"] : []),
    ...(egressDeny.length > 0 ? ["Egress"] : []),
  ];
  return { ...spec, policyTypes: [...new Set([...policyTypes, ...denied])] };
}

const everybody: ClusterPeerManifest = { namespaces: {} };
const containers: fc.Arbitrary<ClusterPeerManifest> = fc.oneof(
  fc.constant(everybody),
  fc.record({ namespaces: selector }),
  fc.record({
    pods: fc.record(
      { namespaceSelector: selector, podSelector: selector },
      { requiredKeys: ["podSelector"] },
    ),
  }),
);
const hostSelector = fc.constantFrom<SelectorManifest>(
  {},
  { matchLabels: { "kubernetes.io/hostname": "n1" } },
  { matchLabels: { "kubernetes.io/os": "linux" } },
  { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "NotIn", values: ["n1"] }] },
  { matchLabels: { tier: "a" } },
);
const network = fc.constantFrom(
  "0.0.0.0/0",
  "::/0",
  "10.0.0.0/30",
  "10.0.0.2/31",
  "fd00::/126",
  "192.0.2.0/24",
);
const outside: fc.Arbitrary<ClusterPeerManifest> = fc.oneof(
  fc.record({ nodes: hostSelector }),
  fc.record({ networks: fc.uniqueArray(network, { minLength: 1, maxLength: 2 }) }),
);

const destinationPort = fc.oneof(
  fc.record({ number: fc.constantFrom(...portNumbers) }),
  fc.uniqueArray(fc.constantFrom(...portNumbers), { minLength: 2, maxLength: 2 }).map((ends) => {
    return { range: { start: Math.min(...ends), end: Math.max(...ends) } };
  }),
);
const transport = fc.record({ destinationPort });
const protocol: fc.Arbitrary<ProtocolManifest> = fc.oneof(
  fc.record({ tcp: transport }),
  fc.record({ udp: transport }),
  fc.record({ sctp: transport }),
  fc.record({ destinationNamedPort: fc.constantFrom(...portNames) }),
);
const clusterFields = {
  action: fc.constantFrom("Accept", "Deny", "Pass"),
  protocols: fc.array(protocol, { minLength: 1, maxLength: 2 }),
};
const ingressRule: fc.Arbitrary<ClusterRuleManifest> = fc.record(
  { ...clusterFields, from: fc.array(containers, { minLength: 1, maxLength: 2 }) },
  { requiredKeys: ["action", "from"] },
);
const egressRule: fc.Arbitrary<ClusterRuleManifest> = fc
  .record(
    {
      ...clusterFields,
      to: fc.array(fc.oneof(containers, outside), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ["action", "to"] },
  )
  .map((rule) => ({
    ...rule,
    // What names a port of a node or of a network would be refused.
    to: rule.protocols?.some((one) => "destinationNamedPort" in one)
      ? rule.to.map((one) => ("nodes" in one || "networks" in one ? { namespaces: {} } : one))
      : rule.to,
  }));
const clusterPolicy = fc.record({
  tier: fc.constantFrom("Admin", "Baseline"),
  subject: containers,
  ingress: fc.array(ingressRule, { maxLength: 3 }),
  egress: fc.array(egressRule, { maxLength: 3 }),
});

const anyNamespace = fc.constantFrom(...namespaces);
const mixed = fc
  .record({
    pods: fc.array(pod, { minLength: 2, maxLength: 6 }),
    namespaces: fc.dictionary(anyNamespace, fc.constantFrom({}, { app: "a" }, { tier: "b" })),
    namespaced: fc.array(fc.tuple(anyNamespace, fc.oneof(anyPolicy, weftPolicy)), { maxLength: 3 }),
    cluster: fc.array(clusterPolicy, { maxLength: 4 }),
    priorities: fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ pods, namespaces, namespaced, cluster, priorities }) => ({
    namespaces,
    pods: named(pods),
    policies: [
      ...namespaced.map(([namespace, one], index): PolicyManifest => {
        return { ...one, metadata: { namespace, name: `policy-${index}` } };
      }),
      ...cluster.map((spec, index): ClusterPolicyManifest => {
        const head = { apiVersion: "policy.networking.k8s.io/v1alpha2", kind: "ClusterNetworkPolicy" };
        const priority = priorities[index] ?? index;
        return { ...head, metadata: { name: `policy-${index}` }, spec: { ...spec, priority } };
      }),
    ],
  }));

/** A random world with policies of one kind or of all, and with three hosts. */
export const anyFullWorld = fc
  .oneof({ weight: 1, arbitrary: anyWorld }, { weight: 3, arbitrary: mixed })
  .map((world) => ({ ...world, hosts }));

type IcmpPacket = { readonly type: number; readonly code: number };

/** A packet: to a port, or an ICMP message. */
export const anyFullPacket: fc.Arbitrary<Pick<Flow, "protocol" | "port"> | IcmpPacket> = fc.oneof(
  { weight: 3, arbitrary: anyPacket },
  fc.record({ type: fc.constantFrom(0, 2, 8, 13, 128, 255), code: fc.constantFrom(0, 1, 2, 255) }),
);

/** A packet in a family, as both the library and the oracle are asked. */
export function packetIn(
  family: 4 | 6,
  packet: Pick<Flow, "protocol" | "port"> | IcmpPacket,
): Pick<Flow, "protocol" | "port"> & Partial<IcmpPacket> {
  if ("protocol" in packet) return packet;
  return { ...packet, protocol: family === 4 ? "ICMP" : "ICMPv6", port: (packet.type << 8) | packet.code };
}

/** Somebody who is no container: who the datapath takes it for, and its address. */
export const anyOutsider = fc.oneof(
  { weight: 3, arbitrary: anyStranger.map((address) => ({ entity: "world" as const, address })) },
  fc
    .constantFrom(...hosts.flatMap(({ addresses }) => addresses))
    .chain((address) => fc.constantFrom("host", "remote-node").map((entity) => ({ entity, address }))),
);
