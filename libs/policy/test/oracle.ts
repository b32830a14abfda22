// The Kubernetes text on NetworkPolicy in plain lines, straight from manifests: shares no code with the library.
import { BlockList } from "node:net";

interface Expression {
  key: string;
  operator: string;
  values?: string[];
}
/** A LabelSelector. */
export interface SelectorManifest {
  matchLabels?: Record<string, string>;
  matchExpressions?: Expression[];
}
/** A NetworkPolicyPeer. */
export interface PeerManifest {
  podSelector?: SelectorManifest;
  namespaceSelector?: SelectorManifest;
  ipBlock?: { cidr: string; except?: string[] };
}
/** A NetworkPolicyPort. */
export interface PortManifest {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}
/** An ingress or egress rule. */
export interface RuleManifest {
  from?: PeerManifest[];
  to?: PeerManifest[];
  ports?: PortManifest[];
}
/** A NetworkPolicy. */
export interface PolicyManifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  spec: {
    podSelector?: SelectorManifest;
    policyTypes?: string[];
    ingress?: RuleManifest[];
    egress?: RuleManifest[];
  };
}
/** One end as the oracle sees it; without a namespace it is no pod. */
export interface OraclePod {
  namespace?: string;
  labels: Readonly<Record<string, string>>;
  address: string;
  ports: readonly { name: string; protocol: string; port: number }[];
}
/** Protocol and destination port of a packet. */
export interface OraclePacket {
  protocol: string;
  port: number;
}

/** Whether the policies let a packet from one end to the other. */
export function oracle(
  policies: readonly PolicyManifest[],
  namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>,
  from: OraclePod,
  to: OraclePod,
  packet: OraclePacket,
): boolean {
  const isSelected = (selector: SelectorManifest, labels: Readonly<Record<string, string>>): boolean =>
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const has = key in labels;
      if (operator === "Exists") return has;
      if (operator === "DoesNotExist") return !has;
      const listed = has && values.includes(labels[key] ?? "");
      return operator === "In" ? listed : !listed;
    });

  const isPeer = (peer: PeerManifest, policyNamespace: string, other: OraclePod): boolean => {
    if (peer.ipBlock) {
      const { cidr, except = [] } = peer.ipBlock;
      return inCidr(cidr, other.address) && !except.some((hole) => inCidr(hole, other.address));
    }
    if (other.namespace === undefined) return false;
    const labels = { ...namespaces[other.namespace], "kubernetes.io/metadata.name": other.namespace };
    const inNamespace = peer.namespaceSelector
      ? isSelected(peer.namespaceSelector, labels)
      : other.namespace === policyNamespace;
    return inNamespace && isSelected(peer.podSelector ?? {}, other.labels);
  };

  const isPort = ({ protocol = "TCP", port, endPort }: PortManifest): boolean => {
    if (protocol !== packet.protocol) return false;
    if (port === undefined) return true;
    if (typeof port === "number") return packet.port >= port && packet.port <= (endPort ?? port);
    const named = to.ports.find((one) => one.name === port && one.protocol === protocol);
    return named !== undefined && named.port === packet.port;
  };

  const passes = (type: "Ingress" | "Egress", self: OraclePod, other: OraclePod): boolean => {
    const governing = policies.filter(({ metadata, spec }) => {
      const types = spec.policyTypes?.length
        ? spec.policyTypes
        : ["Ingress", ...(spec.egress?.length ? ["Egress"] : [])];
      return (
        metadata.namespace === self.namespace &&
        isSelected(spec.podSelector ?? {}, self.labels) &&
        types.includes(type)
      );
    });
    if (governing.length === 0) return true;
    return governing.some(({ metadata, spec }) =>
      ((type === "Ingress" ? spec.ingress : spec.egress) ?? []).some((rule) => {
        const peers = (type === "Ingress" ? rule.from : rule.to) ?? [];
        const ports = rule.ports ?? [];
        return (
          (peers.length === 0 || peers.some((peer) => isPeer(peer, metadata.namespace, other))) &&
          (ports.length === 0 || ports.some(isPort))
        );
      }),
    );
  };

  return passes("Egress", from, to) && passes("Ingress", to, from);
}

function inCidr(cidr: string, address: string): boolean {
  const [network = "", length = ""] = cidr.split("/");
  if (network.includes(":") !== address.includes(":")) return false;
  const family = address.includes(":") ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(length), family);
  return list.check(address, family);
}
