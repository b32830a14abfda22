// Random worlds: small pools of everything, so that things meet.
import fc from "fast-check";
import type {
  PeerManifest,
  PolicyManifest,
  PortManifest,
  RuleManifest,
  SelectorManifest,
} from "../src/oracle/manifests.ts";
import type { PodText } from "./world.ts";

/** Names of namespaces. */
export const namespaces = ["x", "y", "z"];
const keys = ["app", "tier"];
const values = ["a", "b", ""];
/** Protocols with ports. */
export const protocols = ["TCP", "UDP", "SCTP"] as const;
/** Names of ports. */
export const portNames = ["web", "dns"];
/** Numbers of ports at which something may change. */
export const portNumbers = [1, 79, 80, 81, 443, 8080, 65535];

const labels = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 2 });

const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom(...keys, "kubernetes.io/metadata.name"),
    operator: fc.constantFrom("In", "NotIn"),
    values: fc.uniqueArray(fc.constantFrom(...values, "x", "y"), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom("Exists", "DoesNotExist") }),
);

/** A LabelSelector. */
export const selector: fc.Arbitrary<SelectorManifest> = fc.record(
  { matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 2 }) },
  { requiredKeys: [] },
);

// Blocks and exceptions over the addresses below, none of them IPv4-mapped.
type Block = { cidr: string; except?: string[] };

const block: fc.Arbitrary<Block> = fc.oneof(
  fc.constantFrom<Block>(
    { cidr: "0.0.0.0/0" },
    { cidr: "::/0" },
    { cidr: "::/64" },
    { cidr: "0.0.0.0/0", except: ["10.0.0.0/29"] },
    { cidr: "::/0", except: ["fd00::/126"] },
    { cidr: "10.0.0.0/8", except: ["10.0.0.0/30", "10.0.0.2/31", "10.0.0.8/29"] },
    { cidr: "fd00::/16", except: ["fd00::4/126", "fd00::/120"] },
  ),
  fc.integer({ min: 24, max: 32 }).map((length) => ({ cidr: `10.0.0.5/${length}` })),
  fc.integer({ min: 120, max: 128 }).map((length) => ({ cidr: `fd00::6/${length}` })),
);

/** A peer of a NetworkPolicy of Kubernetes. */
export const peer: fc.Arbitrary<PeerManifest> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ podSelector: selector, namespaceSelector: selector }) },
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ ipBlock: block }),
);

/** A port of a NetworkPolicy of Kubernetes. */
export const port: fc.Arbitrary<PortManifest> = fc.oneof(
  fc.record(
    { protocol: fc.constantFrom(...protocols), port: fc.constantFrom(...portNumbers, ...portNames) },
    { requiredKeys: [] },
  ),
  fc
    .tuple(fc.constantFrom(...protocols), fc.constantFrom(...portNumbers), fc.constantFrom(...portNumbers))
    .map(([protocol, a, b]) => ({ protocol, port: Math.min(a, b), endPort: Math.max(a, b) })),
);

/** A rule made of these peers and ports. */
export function ruleOf(
  side: "from" | "to",
  onePeer: fc.Arbitrary<PeerManifest>,
  onePort: fc.Arbitrary<PortManifest>,
): fc.Arbitrary<RuleManifest> {
  const peers = fc.array(onePeer, { maxLength: 3 });
  return fc.record({ [side]: peers, ports: fc.array(onePort, { maxLength: 3 }) }, { requiredKeys: [] });
}

/** A NetworkPolicy of Kubernetes, but for its name. */
export const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  apiVersion: fc.constant("networking.k8s.io/v1"),
  kind: fc.constant("NetworkPolicy"),
  spec: fc.record(
    {
      podSelector: selector,
      policyTypes: fc.uniqueArray(fc.constantFrom("Ingress", "Egress"), { maxLength: 2 }),
      ingress: fc.array(ruleOf("from", peer, port), { maxLength: 3 }),
      egress: fc.array(ruleOf("to", peer, port), { maxLength: 3 }),
    },
    { requiredKeys: ["podSelector"] },
  ),
});

/** A pod, but for its name and addresses. */
export const pod: fc.Arbitrary<Pod> = fc.record({
  namespace: fc.constantFrom(...namespaces),
  labels,
  ports: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...portNames),
      protocol: fc.constantFrom(...protocols),
      port: fc.constantFrom(...portNumbers),
    }),
    { maxLength: 3, selector: ({ name, protocol, port }) => `${name}/${protocol}/${port}` },
  ),
});

type Pod = Omit<PodText, "name" | "addresses">;
/** A NetworkPolicy before it has a name. */
export type Policy = Omit<PolicyManifest, "metadata">;

/** Pods with names, and with addresses that lie close together. */
export function named(pods: readonly Pod[]): PodText[] {
  return pods.map((one, index) => ({
    ...one,
    name: `p${index}`,
    addresses: [`fd00::${index + 1}`, `10.0.0.${index + 1}`],
  }));
}

function worldOf(pods: fc.Arbitrary<Pod>, policies: fc.Arbitrary<Policy>, spaces: readonly string[]) {
  return fc
    .record({
      pods: fc.array(pods, { minLength: 2, maxLength: 6 }),
      namespaces: fc.dictionary(fc.constantFrom(...spaces), labels),
      policies: fc.array(fc.tuple(fc.constantFrom(...spaces), policies), { maxLength: 4 }),
    })
    .map(({ pods, namespaces, policies }) => ({
      namespaces,
      pods: named(pods),
      policies: policies.map(([namespace, one], index): PolicyManifest => {
        return { ...one, metadata: { namespace, name: `policy-${index}` } };
      }),
    }));
}

/** A policy that names a port of receivers. */
export const namingPolicy: fc.Arbitrary<Policy> = fc.array(peer, { maxLength: 2 }).map((to) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to, ports: [{ port: "web" }] }] },
}));

const twin: fc.Arbitrary<Pod> = fc.record({
  namespace: fc.constant("x"),
  labels: fc.constantFrom<Record<string, string>>({ app: "a" }, { app: "b" }),
  ports: fc
    .option(fc.constantFrom(80, 81), { nil: undefined, freq: 4 })
    .map((port) => (port === undefined ? [] : [{ name: "web", protocol: "TCP" as const, port }])),
});

/**
 * A random world of dual-stack pods whose addresses lie close together. Some worlds are full of twins: pods that
 * share an identity but give a port name different numbers.
 */
export const anyWorld = fc.oneof(
  { weight: 4, arbitrary: worldOf(pod, anyPolicy, namespaces) },
  { weight: 1, arbitrary: worldOf(twin, namingPolicy, ["x"]) },
);

/** Somebody outside of the mesh. */
export const anyStranger = fc.constantFrom(
  "10.0.0.7",
  "10.0.0.200",
  "192.0.2.1",
  "fd00::9",
  "fd01::1",
  "2001:db8::1",
  "::5",
);

/** Protocol and port of a packet. */
export const anyPacket = fc.record({
  protocol: fc.constantFrom(...protocols),
  port: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...portNumbers) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 65535 }) },
  ),
});
