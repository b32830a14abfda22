// Policies of all kinds as manifests have them, as far as the oracle reads them.

/** A condition of a LabelSelector. */
interface ExpressionManifest {
  key: string;
  operator: string;
  values?: string[];
}
/** A LabelSelector. */
export interface SelectorManifest {
  matchLabels?: Record<string, string>;
  matchExpressions?: ExpressionManifest[];
}
/** A NetworkPolicyPeer; entities are those of weft.dev. */
export interface PeerManifest {
  podSelector?: SelectorManifest;
  namespaceSelector?: SelectorManifest;
  ipBlock?: { cidr: string; except?: string[] };
  entities?: string[];
}
/** A NetworkPolicyPort; icmp is that of weft.dev. */
export interface PortManifest {
  protocol?: string;
  port?: number | string;
  endPort?: number;
  icmp?: { family?: string; type?: number | string; code?: number };
}
/** An ingress or egress rule. */
export interface RuleManifest {
  from?: PeerManifest[];
  to?: PeerManifest[];
  ports?: PortManifest[];
}
/** A NetworkPolicy of Kubernetes or of weft.dev. */
export interface PolicyManifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  spec: {
    podSelector?: SelectorManifest;
    policyTypes?: string[];
    ingress?: RuleManifest[];
    egress?: RuleManifest[];
    ingressDeny?: RuleManifest[];
    egressDeny?: RuleManifest[];
  };
}
/** A subject or a peer of a ClusterNetworkPolicy: one of the fields. */
export interface ClusterPeerManifest {
  namespaces?: SelectorManifest;
  pods?: { namespaceSelector?: SelectorManifest; podSelector: SelectorManifest };
  nodes?: SelectorManifest;
  networks?: string[];
}
interface Transport {
  destinationPort: { number?: number; range?: { start: number; end: number } };
}
/** A ClusterNetworkPolicyProtocol: one of the fields. */
export interface ProtocolManifest {
  tcp?: Transport;
  udp?: Transport;
  sctp?: Transport;
  destinationNamedPort?: string;
}
/** A rule of a ClusterNetworkPolicy. */
export interface ClusterRuleManifest {
  action: string;
  from?: ClusterPeerManifest[];
  to?: ClusterPeerManifest[];
  protocols?: ProtocolManifest[];
}
/** A ClusterNetworkPolicy. */
export interface ClusterPolicyManifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: {
    tier: string;
    priority: number;
    subject: ClusterPeerManifest;
    ingress?: ClusterRuleManifest[];
    egress?: ClusterRuleManifest[];
  };
}
