// NetworkPolicy text -> policies -> rules -> verdicts and tables. Pure: one library decides, compiles and simulates.
export type { ClusterNetworkPolicy, ClusterRule, Policy, PolicyKind, Tier } from "./cluster-policy.ts";
export {
  addressesOf,
  type Decision,
  decide,
  decideSide,
  type Flow,
  type Packet,
  type Party,
  type SideDecision,
} from "./decide.ts";
export { parseDuration } from "./duration.ts";
export { type Entity, entities } from "./entities.ts";
export { type MapEntry, type TableMapEntries, tableMapEntries } from "./entries.ts";
export { evaluate, type TableDecision } from "./evaluate.ts";
export { expectedMatrix, type MatrixCell, type PortsOf } from "./expected-matrix.ts";
export type { Change, FlowNames } from "./explain/change.ts";
export {
  type Explanation,
  explain,
  type Ground,
  type SelectingPolicy,
  type SideExplanation,
} from "./explain/explain.ts";
export { flip } from "./explain/flip.ts";
export type { Miss, MissKind } from "./explain/miss.ts";
export { type NearRule, rulePath } from "./explain/near.ts";
export { policyLimits, type TableSizes, tableSizes } from "./limits.ts";
export { LiveView } from "./live-view.ts";
export type {
  BlockPeer,
  Direction,
  EntityPeer,
  IpBlock,
  NetworkPolicy,
  NodePeer,
  PodPeer,
  PolicyPeer,
  PolicyPort,
  PolicyRule,
} from "./network-policy.ts";
export { parseNetworkPolicy, parsePolicy, policyKinds } from "./parse.ts";
export { selectsPod } from "./peers.ts";
export { type PortPrefix, portPrefixes } from "./port-prefixes.ts";
export { type PortRange, type Protocol, type ProtocolName, protocolNumbers } from "./protocol.ts";
export { parseRevocation, type Revocation, revocationAnnotation } from "./revocation.ts";
export {
  type DirectionRules,
  type EndpointRules,
  type Match,
  type Peers,
  type Ports,
  policiesOf,
  type Rule,
  type RuleList,
  type RuleRef,
  rulesFor,
} from "./rules.ts";
export { type Requirement, type Selector, selects } from "./selector.ts";
export { type PolicyTable, type PolicyTables, type TableVerdict, tables } from "./tables.ts";
export {
  type NamedPort,
  namespaceLabel,
  type PolicyEndpoint,
  type PolicyHost,
  type PolicyView,
  reservedIdentities,
  type StampedPolicy,
} from "./view.ts";
