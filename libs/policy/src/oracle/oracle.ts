// The texts on NetworkPolicy and ClusterNetworkPolicy in plain lines, straight from manifests: shares no code with the
// library. What weft.dev adds follows docs/guides/policies.md.
import { BlockList } from "node:net";
import type {
  ClusterPeerManifest,
  ClusterPolicyManifest,
  PeerManifest,
  PolicyManifest,
  PortManifest,
  ProtocolManifest,
  RuleManifest,
  SelectorManifest,
} from "./manifests.ts";

type LabelSet = Readonly<Record<string, string>>;

/** One end as the oracle sees it; without a namespace it is no pod but an entity (the world, unless it says so). */
export interface OraclePod {
  namespace?: string;
  entity?: string;
  labels: LabelSet;
  address: string;
  ports: readonly { name: string; protocol: string; port: number }[];
}
/** Protocol and destination port of a packet; of ICMP type and code. */
export interface OraclePacket {
  protocol: string;
  port: number;
  type?: number;
  code?: number;
}
/** What the oracle is told of a mesh. */
export interface OracleMesh {
  policies: readonly (PolicyManifest | ClusterPolicyManifest)[];
  namespaces: Readonly<Record<string, LabelSet>>;
  hosts?: readonly { name: string; addresses: readonly string[] }[];
}

/** Whether the policies let a packet from one end to the other. */
export function oracle(mesh: OracleMesh, from: OraclePod, to: OraclePod, packet: OraclePacket): boolean {
  return oracleSide(mesh, "egress", from, to, packet) && oracleSide(mesh, "ingress", from, to, packet);
}

/** Whether those of the sender (egress) or those of the receiver (ingress) do. */
export function oracleSide(
  mesh: OracleMesh,
  side: "ingress" | "egress",
  from: OraclePod,
  to: OraclePod,
  packet: OraclePacket,
): boolean {
  const ofCluster = mesh.policies.filter((one) => "tier" in one.spec) as ClusterPolicyManifest[];
  const ofNamespaces = mesh.policies.filter((one) => !("tier" in one.spec)) as PolicyManifest[];
  const { isRule, isClusterPeer, isProtocol } = wordsOf(mesh, to, packet);

  // Accept, Deny, or that the tier leaves it to the next.
  const tier = (wanted: string, type: "ingress" | "egress", self: OraclePod, other: OraclePod): string => {
    const rules = ofCluster
      .filter(({ spec }) => spec.tier === wanted && isClusterPeer(spec.subject, self))
      .sort((a, b) => a.spec.priority - b.spec.priority)
      .flatMap(({ spec }) => spec[type] ?? []);
    const first = rules.find(
      ({ from = [], to = [], protocols }) =>
        [...from, ...to].some((peer) => isClusterPeer(peer, other)) && (protocols?.some(isProtocol) ?? true),
    );
    return first?.action ?? "Pass";
  };

  const passes = (type: "ingress" | "egress", self: OraclePod, other: OraclePod): boolean => {
    if (self.namespace === undefined) return true;
    const admin = tier("Admin", type, self, other);
    if (admin !== "Pass") return admin === "Accept";
    const governing = ofNamespaces.filter(
      ({ metadata, spec }) =>
        metadata.namespace === self.namespace &&
        isSelected(spec.podSelector ?? {}, self.labels) &&
        typesOf(spec).includes(type === "ingress" ? "Ingress" : "Egress"),
    );
    if (governing.length === 0) return tier("Baseline", type, self, other) !== "Deny";
    const any = (list: "ingress" | "egress" | "ingressDeny" | "egressDeny"): boolean =>
      governing.some(({ metadata, spec }) =>
        (spec[list] ?? []).some((rule) => isRule(rule, metadata.namespace, other)),
      );
    if (any(`${type}Deny`)) return false;
    return other.entity === "host" || any(type);
  };

  return side === "egress" ? passes("egress", from, to) : passes("ingress", to, from);
}

// What selectors, peers and ports mean, for a packet to somebody.
function wordsOf({ namespaces, hosts = [] }: OracleMesh, to: OraclePod, packet: OraclePacket) {
  const inNamespaces = (selector: SelectorManifest, namespace: string): boolean =>
    isSelected(selector, { ...namespaces[namespace], "kubernetes.io/metadata.name": namespace });

  const isPeer = (peer: PeerManifest, policyNamespace: string, other: OraclePod): boolean => {
    if (peer.ipBlock) {
      const { cidr, except = [] } = peer.ipBlock;
      return inCidr(cidr, other.address) && !except.some((hole) => inCidr(hole, other.address));
    }
    const entity = other.namespace === undefined ? (other.entity ?? "world") : "container";
    if (peer.entities)
      return peer.entities.some((one) => (one === "cluster" ? entity !== "world" : one === entity));
    if (other.namespace === undefined) return false;
    const inNamespace = peer.namespaceSelector
      ? inNamespaces(peer.namespaceSelector, other.namespace)
      : other.namespace === policyNamespace;
    return inNamespace && isSelected(peer.podSelector ?? {}, other.labels);
  };

  const isNamed = (name: string): boolean =>
    to.ports.find((one) => one.name === name && one.protocol === packet.protocol)?.port === packet.port;

  const isPort = ({ protocol = "TCP", port, endPort, icmp }: PortManifest): boolean => {
    if (icmp) return isMessage(icmp, packet);
    if (protocol !== packet.protocol) return false;
    if (port === undefined) return true;
    if (typeof port === "number") return packet.port >= port && packet.port <= (endPort ?? port);
    return isNamed(port);
  };

  const isRule = (rule: RuleManifest, namespace: string, other: OraclePod): boolean => {
    const peers = rule.from ?? rule.to ?? [];
    const ports = rule.ports ?? [];
    const isFor = peers.length === 0 || peers.some((peer) => isPeer(peer, namespace, other));
    return isFor && (ports.length === 0 || ports.some(isPort));
  };

  const isClusterPeer = (peer: ClusterPeerManifest, other: OraclePod): boolean => {
    if (peer.networks) return peer.networks.some((cidr) => inCidr(cidr, other.address));
    if (peer.nodes) {
      const at = hosts.filter(({ addresses }) => addresses.includes(other.address));
      const labelsOf = (name: string) => ({ "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" });
      return at.some(({ name }) => isSelected(peer.nodes ?? {}, labelsOf(name)));
    }
    const { namespaceSelector = {}, podSelector = {} } = peer.pods ?? { namespaceSelector: peer.namespaces };
    if (other.namespace === undefined) return false;
    return inNamespaces(namespaceSelector, other.namespace) && isSelected(podSelector, other.labels);
  };

  const isProtocol = ({ tcp, udp, sctp, destinationNamedPort: name }: ProtocolManifest): boolean => {
    if (name !== undefined) return isNamed(name);
    const { number, range } = { TCP: tcp, UDP: udp, SCTP: sctp }[packet.protocol]?.destinationPort ?? {};
    return (
      packet.port === number ||
      (range !== undefined && packet.port >= range.start && packet.port <= range.end)
    );
  };

  return { isRule, isClusterPeer, isProtocol };
}

function isSelected(selector: SelectorManifest, labels: LabelSet): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const has = key in labels;
      if (operator === "Exists") return has;
      if (operator === "DoesNotExist") return !has;
      const listed = has && values.includes(labels[key] ?? "");
      return operator === "In" ? listed : !listed;
    })
  );
}

function typesOf({ policyTypes, egress, egressDeny }: PolicyManifest["spec"]): string[] {
  if (policyTypes?.length) return policyTypes;
  return ["Ingress", ...(egress?.length || egressDeny?.length ? ["Egress"] : [])];
}

// RFC 792, RFC 4443.
const icmpNumbers: Record<string, Record<string, number>> = {
  IPv4: { EchoRequest: 8, Timestamp: 13 },
  IPv6: { EchoRequest: 128, PacketTooBig: 2 },
};

function isMessage({ family, type, code }: NonNullable<PortManifest["icmp"]>, packet: OraclePacket): boolean {
  const own = { ICMP: "IPv4", ICMPv6: "IPv6" }[packet.protocol];
  if (own === undefined || (family ?? own) !== own) return false;
  const number = typeof type === "string" ? icmpNumbers[own]?.[type] : (type ?? packet.type);
  return number === packet.type && (code ?? packet.code) === packet.code;
}

function inCidr(cidr: string, address: string): boolean {
  const [network = "", length = ""] = cidr.split("/");
  if (network.includes(":") !== address.includes(":")) return false;
  const family = address.includes(":") ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(length), family);
  return list.check(address, family);
}
