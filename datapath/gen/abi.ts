// Generated from datapath/abi by npm run generate: what clang makes of it, as BTF says.
// Numbers are in the machine's byte order (little endian on every target of Weft), but for those that C calls __be16
// or __be32. Numbers of 64 bits are exact up to 2^53. Bytes that are read are a view, not a copy.

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function put(bytes: Uint8Array, offset: number, size: number, value: Uint8Array): void {
  if (value.length !== size) throw new RangeError(`${size} bytes are wanted, not ${value.length}`);
  bytes.set(value, offset);
}

/** `enum weft_direction`. */
export const direction = {
  ingress: 0,
  egress: 1,
  unjudged: 255,
} as const;

/** `enum weft_flow_flag`. */
export const flowFlag = {
  fromLow: 1,
  egressOk: 2,
  ingressOk: 4,
  answered: 8,
  established: 16,
  egressRevoked: 32,
  ingressRevoked: 64,
  cut: 128,
} as const;

/** `enum weft_flow_state`. */
export const flowState = {
  new: 0,
  established: 1,
  reply: 2,
  related: 3,
} as const;

/** `enum weft_identity`. */
export const identity = {
  host: 1,
  world: 2,
  remoteNode: 6,
  reservedMax: 255,
} as const;

/** `enum weft_life`. */
export const life = {
  tcpOpening: 0,
  tcpEstablished: 1,
  tcpClosing: 2,
  tcpReset: 3,
  udpOpening: 4,
  udpAnswered: 5,
  icmp: 6,
  sctpOpening: 7,
  sctpEstablished: 8,
  other: 9,
} as const;

/** `enum weft_outcome`. */
export const outcome = {
  forwarded: 0,
  answered: 1,
  dropMalformed: 2,
  dropProtocol: 3,
  dropSourceMac: 4,
  dropSourceAddress: 5,
  dropNoPeer: 6,
  dropPolicyEgress: 7,
  dropPolicyIngress: 8,
  dropNotReady: 9,
  dropUnknownHost: 10,
  dropWrongHost: 11,
  dropNoRoute: 12,
  dropMulticast: 13,
  dropFragment: 14,
  dropInternal: 15,
  dropNeighbour: 16,
  dropTunnel: 17,
  dropEcn: 18,
  dropIdentity: 19,
  dropTooBig: 20,
  dropHopLimit: 21,
  dropExtension: 22,
  dropOptions: 23,
  dropUnasked: 24,
} as const;

/** `enum weft_record_kind`. */
export const recordKind = {
  drop: 1,
  cut: 2,
  flow: 3,
  kept: 4,
  multicast: 5,
} as const;

/** `enum weft_record_loss`. */
export const recordLoss = {
  budget: 0,
  ring: 1,
  flowBudget: 2,
  flowRing: 3,
} as const;

/** `enum weft_revoke_mode`. */
export const revokeMode = {
  cut: 0,
  keep: 1,
  drain: 2,
} as const;

/** `enum weft_step`. */
export const step = {
  encapRoom: 1,
  encapWrite: 2,
  decapRoom: 3,
  decapEcn: 4,
  deliver: 5,
  answerArp: 6,
  answerNeighbour: 7,
  answerEcho: 8,
} as const;

/** `enum weft_tunnel`. */
export const tunnel = {
  none: 0,
  vxlan: 1,
  geneve: 2,
  gre: 3,
} as const;

/** Bytes of `struct weft_address_class_key`, and where its parts begin. */
export const addressClassKeyLayout = {
  size: 24,
  at: {
    prefixLength: 0,
    direction: 4,
    address: 5,
  },
} as const;

/** `struct weft_address_class_key`. */
export interface AbiAddressClassKey {
  readonly prefixLength: number;
  readonly direction: number;
  readonly address: Uint8Array;
}

/** The bytes of a `struct weft_address_class_key`; its pad is zero. */
export function encodeAddressClassKey(value: AbiAddressClassKey): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = viewOf(bytes);
  view.setUint32(0, value.prefixLength, true);
  view.setUint8(4, value.direction);
  put(bytes, 5, 16, value.address);
  return bytes;
}

/** What the bytes of a `struct weft_address_class_key` say. */
export function decodeAddressClassKey(bytes: Uint8Array): AbiAddressClassKey {
  const view = viewOf(bytes);
  return {
    prefixLength: view.getUint32(0, true),
    direction: view.getUint8(4),
    address: bytes.subarray(5, 21),
  };
}

/** Bytes of `struct weft_class`, and where its parts begin. */
export const classLayout = {
  size: 4,
  at: {
    class: 0,
  },
} as const;

/** `struct weft_class`. */
export interface AbiClass {
  readonly class: number;
}

/** The bytes of a `struct weft_class`; its pad is zero. */
export function encodeClass(value: AbiClass): Uint8Array {
  const bytes = new Uint8Array(4);
  const view = viewOf(bytes);
  view.setUint32(0, value.class, true);
  return bytes;
}

/** What the bytes of a `struct weft_class` say. */
export function decodeClass(bytes: Uint8Array): AbiClass {
  const view = viewOf(bytes);
  return {
    class: view.getUint32(0, true),
  };
}

/** Bytes of `struct weft_flow`, and where its parts begin. */
export const flowLayout = {
  size: 40,
  at: {
    egressRevision: 0,
    ingressRevision: 8,
    seenS: 16,
    peerIdentity: 20,
    responderIdentity: 24,
    egressRule: 28,
    ingressRule: 30,
    flags: 32,
    life: 33,
    tcpFlags: 34,
    boundS: 36,
  },
} as const;

/** `struct weft_flow`. */
export interface AbiFlow {
  readonly egressRevision: number;
  readonly ingressRevision: number;
  readonly seenS: number;
  readonly peerIdentity: number;
  readonly responderIdentity: number;
  readonly egressRule: number;
  readonly ingressRule: number;
  readonly flags: number;
  readonly life: number;
  readonly tcpFlags: Uint8Array;
  readonly boundS: number;
}

/** The bytes of a `struct weft_flow`; its pad is zero. */
export function encodeFlow(value: AbiFlow): Uint8Array {
  const bytes = new Uint8Array(40);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(value.egressRevision), true);
  view.setBigUint64(8, BigInt(value.ingressRevision), true);
  view.setUint32(16, value.seenS, true);
  view.setUint32(20, value.peerIdentity, true);
  view.setUint32(24, value.responderIdentity, true);
  view.setUint16(28, value.egressRule, true);
  view.setUint16(30, value.ingressRule, true);
  view.setUint8(32, value.flags);
  view.setUint8(33, value.life);
  put(bytes, 34, 2, value.tcpFlags);
  view.setUint32(36, value.boundS, true);
  return bytes;
}

/** What the bytes of a `struct weft_flow` say. */
export function decodeFlow(bytes: Uint8Array): AbiFlow {
  const view = viewOf(bytes);
  return {
    egressRevision: Number(view.getBigUint64(0, true)),
    ingressRevision: Number(view.getBigUint64(8, true)),
    seenS: view.getUint32(16, true),
    peerIdentity: view.getUint32(20, true),
    responderIdentity: view.getUint32(24, true),
    egressRule: view.getUint16(28, true),
    ingressRule: view.getUint16(30, true),
    flags: view.getUint8(32),
    life: view.getUint8(33),
    tcpFlags: bytes.subarray(34, 36),
    boundS: view.getUint32(36, true),
  };
}

/** Bytes of `struct weft_flow_key`, and where its parts begin. */
export const flowKeyLayout = {
  size: 40,
  at: {
    low: 0,
    high: 16,
    lowPort: 32,
    highPort: 34,
    protocol: 36,
  },
} as const;

/** `struct weft_flow_key`. */
export interface AbiFlowKey {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  readonly lowPort: number;
  readonly highPort: number;
  readonly protocol: number;
}

/** The bytes of a `struct weft_flow_key`; its pad is zero. */
export function encodeFlowKey(value: AbiFlowKey): Uint8Array {
  const bytes = new Uint8Array(40);
  const view = viewOf(bytes);
  put(bytes, 0, 16, value.low);
  put(bytes, 16, 16, value.high);
  view.setUint16(32, value.lowPort, false);
  view.setUint16(34, value.highPort, false);
  view.setUint8(36, value.protocol);
  return bytes;
}

/** What the bytes of a `struct weft_flow_key` say. */
export function decodeFlowKey(bytes: Uint8Array): AbiFlowKey {
  const view = viewOf(bytes);
  return {
    low: bytes.subarray(0, 16),
    high: bytes.subarray(16, 32),
    lowPort: view.getUint16(32, false),
    highPort: view.getUint16(34, false),
    protocol: view.getUint8(36),
  };
}

/** Bytes of `struct weft_fragment`, and where its parts begin. */
export const fragmentLayout = {
  size: 16,
  at: {
    seenS: 0,
    sourcePort: 4,
    destinationPort: 6,
    icmpPort: 8,
    icmpType: 10,
    protocol: 11,
  },
} as const;

/** `struct weft_fragment`. */
export interface AbiFragment {
  readonly seenS: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmpPort: number;
  readonly icmpType: number;
  readonly protocol: number;
}

/** The bytes of a `struct weft_fragment`; its pad is zero. */
export function encodeFragment(value: AbiFragment): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = viewOf(bytes);
  view.setUint32(0, value.seenS, true);
  view.setUint16(4, value.sourcePort, false);
  view.setUint16(6, value.destinationPort, false);
  view.setUint16(8, value.icmpPort, true);
  view.setUint8(10, value.icmpType);
  view.setUint8(11, value.protocol);
  return bytes;
}

/** What the bytes of a `struct weft_fragment` say. */
export function decodeFragment(bytes: Uint8Array): AbiFragment {
  const view = viewOf(bytes);
  return {
    seenS: view.getUint32(0, true),
    sourcePort: view.getUint16(4, false),
    destinationPort: view.getUint16(6, false),
    icmpPort: view.getUint16(8, true),
    icmpType: view.getUint8(10),
    protocol: view.getUint8(11),
  };
}

/** Bytes of `struct weft_fragment_key`, and where its parts begin. */
export const fragmentKeyLayout = {
  size: 40,
  at: {
    source: 0,
    destination: 16,
    id: 32,
    protocol: 36,
  },
} as const;

/** `struct weft_fragment_key`. */
export interface AbiFragmentKey {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly id: number;
  readonly protocol: number;
}

/** The bytes of a `struct weft_fragment_key`; its pad is zero. */
export function encodeFragmentKey(value: AbiFragmentKey): Uint8Array {
  const bytes = new Uint8Array(40);
  const view = viewOf(bytes);
  put(bytes, 0, 16, value.source);
  put(bytes, 16, 16, value.destination);
  view.setUint32(32, value.id, true);
  view.setUint8(36, value.protocol);
  return bytes;
}

/** What the bytes of a `struct weft_fragment_key` say. */
export function decodeFragmentKey(bytes: Uint8Array): AbiFragmentKey {
  const view = viewOf(bytes);
  return {
    source: bytes.subarray(0, 16),
    destination: bytes.subarray(16, 32),
    id: view.getUint32(32, true),
    protocol: view.getUint8(36),
  };
}

/** Bytes of `struct weft_host`, and where its parts begin. */
export const hostLayout = {
  size: 16,
  at: {
    revision: 0,
    number: 8,
    mtu: 12,
  },
} as const;

/** `struct weft_host`. */
export interface AbiHost {
  readonly revision: number;
  readonly number: number;
  readonly mtu: number;
}

/** The bytes of a `struct weft_host`; its pad is zero. */
export function encodeHost(value: AbiHost): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(value.revision), true);
  view.setUint32(8, value.number, true);
  view.setUint16(12, value.mtu, true);
  return bytes;
}

/** What the bytes of a `struct weft_host` say. */
export function decodeHost(bytes: Uint8Array): AbiHost {
  const view = viewOf(bytes);
  return {
    revision: Number(view.getBigUint64(0, true)),
    number: view.getUint32(8, true),
    mtu: view.getUint16(12, true),
  };
}

/** Bytes of `struct weft_identity_class_key`, and where its parts begin. */
export const identityClassKeyLayout = {
  size: 8,
  at: {
    identity: 0,
    direction: 4,
  },
} as const;

/** `struct weft_identity_class_key`. */
export interface AbiIdentityClassKey {
  readonly identity: number;
  readonly direction: number;
}

/** The bytes of a `struct weft_identity_class_key`; its pad is zero. */
export function encodeIdentityClassKey(value: AbiIdentityClassKey): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = viewOf(bytes);
  view.setUint32(0, value.identity, true);
  view.setUint32(4, value.direction, true);
  return bytes;
}

/** What the bytes of a `struct weft_identity_class_key` say. */
export function decodeIdentityClassKey(bytes: Uint8Array): AbiIdentityClassKey {
  const view = viewOf(bytes);
  return {
    identity: view.getUint32(0, true),
    direction: view.getUint32(4, true),
  };
}

/** Bytes of `struct weft_peer`, and where its parts begin. */
export const peerLayout = {
  size: 40,
  at: {
    revision: 0,
    identity: 8,
    slot: 12,
    mac: 14,
    host: 20,
    underlay: 24,
  },
} as const;

/** `struct weft_peer`. */
export interface AbiPeer {
  readonly revision: number;
  readonly identity: number;
  readonly slot: number;
  readonly mac: Uint8Array;
  readonly host: number;
  readonly underlay: Uint8Array;
}

/** The bytes of a `struct weft_peer`; its pad is zero. */
export function encodePeer(value: AbiPeer): Uint8Array {
  const bytes = new Uint8Array(40);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(value.revision), true);
  view.setUint32(8, value.identity, true);
  view.setUint16(12, value.slot, true);
  put(bytes, 14, 6, value.mac);
  view.setUint32(20, value.host, true);
  put(bytes, 24, 16, value.underlay);
  return bytes;
}

/** What the bytes of a `struct weft_peer` say. */
export function decodePeer(bytes: Uint8Array): AbiPeer {
  const view = viewOf(bytes);
  return {
    revision: Number(view.getBigUint64(0, true)),
    identity: view.getUint32(8, true),
    slot: view.getUint16(12, true),
    mac: bytes.subarray(14, 20),
    host: view.getUint32(20, true),
    underlay: bytes.subarray(24, 40),
  };
}

/** Bytes of `struct weft_port_class_key`, and where its parts begin. */
export const portClassKeyLayout = {
  size: 8,
  at: {
    prefixLength: 0,
    direction: 4,
    protocol: 5,
    port: 6,
  },
} as const;

/** `struct weft_port_class_key`. */
export interface AbiPortClassKey {
  readonly prefixLength: number;
  readonly direction: number;
  readonly protocol: number;
  readonly port: number;
}

/** The bytes of a `struct weft_port_class_key`; its pad is zero. */
export function encodePortClassKey(value: AbiPortClassKey): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = viewOf(bytes);
  view.setUint32(0, value.prefixLength, true);
  view.setUint8(4, value.direction);
  view.setUint8(5, value.protocol);
  view.setUint16(6, value.port, false);
  return bytes;
}

/** What the bytes of a `struct weft_port_class_key` say. */
export function decodePortClassKey(bytes: Uint8Array): AbiPortClassKey {
  const view = viewOf(bytes);
  return {
    prefixLength: view.getUint32(0, true),
    direction: view.getUint8(4),
    protocol: view.getUint8(5),
    port: view.getUint16(6, false),
  };
}

/** Bytes of `struct weft_record`, and where its parts begin. */
export const recordLayout = {
  size: 80,
  at: {
    timeNs: 0,
    revision: 8,
    source: 16,
    destination: 32,
    sourceIdentity: 48,
    destinationIdentity: 52,
    bytes: 56,
    sourcePort: 60,
    destinationPort: 62,
    icmp: 64,
    rule: 66,
    slot: 68,
    protocol: 70,
    tcpFlags: 71,
    outcome: 72,
    kind: 73,
    direction: 74,
    state: 75,
    step: 76,
  },
} as const;

/** `struct weft_record`. */
export interface AbiRecord {
  readonly timeNs: number;
  readonly revision: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourceIdentity: number;
  readonly destinationIdentity: number;
  readonly bytes: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmp: number;
  readonly rule: number;
  readonly slot: number;
  readonly protocol: number;
  readonly tcpFlags: number;
  readonly outcome: number;
  readonly kind: number;
  readonly direction: number;
  readonly state: number;
  readonly step: number;
}

/** The bytes of a `struct weft_record`; its pad is zero. */
export function encodeRecord(value: AbiRecord): Uint8Array {
  const bytes = new Uint8Array(80);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(value.timeNs), true);
  view.setBigUint64(8, BigInt(value.revision), true);
  put(bytes, 16, 16, value.source);
  put(bytes, 32, 16, value.destination);
  view.setUint32(48, value.sourceIdentity, true);
  view.setUint32(52, value.destinationIdentity, true);
  view.setUint32(56, value.bytes, true);
  view.setUint16(60, value.sourcePort, false);
  view.setUint16(62, value.destinationPort, false);
  view.setUint16(64, value.icmp, true);
  view.setUint16(66, value.rule, true);
  view.setUint16(68, value.slot, true);
  view.setUint8(70, value.protocol);
  view.setUint8(71, value.tcpFlags);
  view.setUint8(72, value.outcome);
  view.setUint8(73, value.kind);
  view.setUint8(74, value.direction);
  view.setUint8(75, value.state);
  view.setUint8(76, value.step);
  return bytes;
}

/** What the bytes of a `struct weft_record` say. */
export function decodeRecord(bytes: Uint8Array): AbiRecord {
  const view = viewOf(bytes);
  return {
    timeNs: Number(view.getBigUint64(0, true)),
    revision: Number(view.getBigUint64(8, true)),
    source: bytes.subarray(16, 32),
    destination: bytes.subarray(32, 48),
    sourceIdentity: view.getUint32(48, true),
    destinationIdentity: view.getUint32(52, true),
    bytes: view.getUint32(56, true),
    sourcePort: view.getUint16(60, false),
    destinationPort: view.getUint16(62, false),
    icmp: view.getUint16(64, true),
    rule: view.getUint16(66, true),
    slot: view.getUint16(68, true),
    protocol: view.getUint8(70),
    tcpFlags: view.getUint8(71),
    outcome: view.getUint8(72),
    kind: view.getUint8(73),
    direction: view.getUint8(74),
    state: view.getUint8(75),
    step: view.getUint8(76),
  };
}

/** Bytes of `struct weft_verdict`, and where its parts begin. */
export const verdictLayout = {
  size: 16,
  at: {
    revision: 0,
    rule: 8,
    allow: 12,
  },
} as const;

/** `struct weft_verdict`. */
export interface AbiVerdict {
  readonly revision: number;
  readonly rule: number;
  readonly allow: number;
}

/** The bytes of a `struct weft_verdict`; its pad is zero. */
export function encodeVerdict(value: AbiVerdict): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(value.revision), true);
  view.setUint32(8, value.rule, true);
  view.setUint8(12, value.allow);
  return bytes;
}

/** What the bytes of a `struct weft_verdict` say. */
export function decodeVerdict(bytes: Uint8Array): AbiVerdict {
  const view = viewOf(bytes);
  return {
    revision: Number(view.getBigUint64(0, true)),
    rule: view.getUint32(8, true),
    allow: view.getUint8(12),
  };
}

/** Every map of the datapath; sizes in bytes. */
export const maps = {
  address_classes: { keySize: 24, valueSize: 4, maxEntries: 4096 },
  begun: { keySize: 4, valueSize: 80, maxEntries: 1 },
  containers: { keySize: 4, valueSize: 4, maxEntries: 65536 },
  counters: { keySize: 4, valueSize: 8, maxEntries: 25 },
  flows: { keySize: 40, valueSize: 40, maxEntries: 65536 },
  fragments: { keySize: 40, valueSize: 16, maxEntries: 8192 },
  hosts: { keySize: 16, valueSize: 16, maxEntries: 4096 },
  identity_classes: { keySize: 8, valueSize: 4, maxEntries: 16384 },
  next_hops: { keySize: 4, valueSize: 48, maxEntries: 1024 },
  openings: { keySize: 40, valueSize: 40, maxEntries: 32768 },
  peers: { keySize: 16, valueSize: 40, maxEntries: 65536 },
  port_classes: { keySize: 8, valueSize: 4, maxEntries: 4096 },
  record_losses: { keySize: 4, valueSize: 8, maxEntries: 4 },
  records: { keySize: 0, valueSize: 0, maxEntries: 1048576 },
  verdicts: { keySize: 4, valueSize: 16, maxEntries: 65536 },
} as const;

/** Bytes of everything that is set before a program is loaded (abi/settings.h). */
export const settings = {
  address_class_count: 4,
  drain_s: 8,
  drain_until_s: 8,
  endpoint_identity: 4,
  endpoint_ifindex: 4,
  endpoint_ipv4: 16,
  endpoint_ipv6: 16,
  endpoint_mac: 6,
  endpoint_nsid: 4,
  endpoint_slot: 2,
  feature_addresses: 1,
  feature_egress: 1,
  feature_ingress: 1,
  feature_ipv4: 1,
  feature_track: 1,
  flow_life_s: 40,
  gateway_mac: 6,
  mesh_prefix4: 16,
  mesh_prefix4_length: 1,
  mesh_prefix6: 16,
  object_digest: 32,
  path_mtu: 2,
  policy_revision: 8,
  port_class_count: 4,
  record_kinds: 1,
  revoke_mode: 2,
  tunnel: 1,
  tunnels_accepted: 1,
  underlay: 16,
  underlay4: 16,
  underlay6: 16,
  uplink_ifindex: 4,
  verdict_base: 8,
} as const;
