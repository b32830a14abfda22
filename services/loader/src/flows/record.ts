// struct weft_record (abi/record.h): what the kernel tells of one packet. Parts are read where they stand, because most
// records are counted and never looked at as a whole.

/** Bytes of a record. */
export const recordBytes = 80;

/** Where the parts are. */
export const at = {
  time_ns: 0,
  revision: 8,
  source: 16,
  destination: 32,
  source_identity: 48,
  destination_identity: 52,
  bytes: 56,
  source_port: 60,
  destination_port: 62,
  icmp: 64,
  rule: 66,
  slot: 68,
  protocol: 70,
  tcp_flags: 71,
  outcome: 72,
  kind: 73,
  direction: 74,
  state: 75,
} as const;

/** Why there is a record: `enum weft_record_kind`. */
export const recordKind = { drop: 1, cut: 2, flow: 3, kept: 4 } as const;

/** A record as numbers. */
export interface FlowRecord {
  /** CLOCK_MONOTONIC_COARSE; exact to some nanoseconds, as a number. */
  readonly timeNs: number;
  readonly revision: number;
  /** 16 bytes each, IPv4 as ::ffff:a.b.c.d. */
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
}

/** Time of a record. */
export function timeOf(view: DataView): number {
  return u64(view, at.time_ns);
}

/** Every part of a record; ports are in network order in it. */
export function readRecord(bytes: Uint8Array): FlowRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    timeNs: timeOf(view),
    revision: u64(view, at.revision),
    source: bytes.subarray(at.source, at.source + 16),
    destination: bytes.subarray(at.destination, at.destination + 16),
    sourceIdentity: view.getUint32(at.source_identity, true),
    destinationIdentity: view.getUint32(at.destination_identity, true),
    bytes: view.getUint32(at.bytes, true),
    sourcePort: view.getUint16(at.source_port),
    destinationPort: view.getUint16(at.destination_port),
    icmp: view.getUint16(at.icmp, true),
    rule: view.getUint16(at.rule, true),
    slot: view.getUint16(at.slot, true),
    protocol: view.getUint8(at.protocol),
    tcpFlags: view.getUint8(at.tcp_flags),
    outcome: view.getUint8(at.outcome),
    kind: view.getUint8(at.kind),
    direction: view.getUint8(at.direction),
    state: view.getUint8(at.state),
  };
}

/** Revisions are below 2^53, and nanoseconds are as exact as a number can be. */
function u64(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);
}
