// Records as the kernel writes them, for tests.
import { mappedBytes, parseAddress } from "@weft/netaddr";
import { at, recordBytes, recordKind } from "./record.ts";

/** Parts of a record; what is left out is a TCP packet from fd00:1::1 to port 80 of fd00:1::2, dropped by ingress policy. */
export interface RecordParts {
  readonly timeNs?: bigint;
  readonly revision?: number;
  readonly source?: string;
  readonly destination?: string;
  readonly identities?: readonly [number, number];
  readonly bytes?: number;
  readonly ports?: readonly [number, number];
  readonly icmp?: number;
  readonly rule?: number;
  readonly slot?: number;
  readonly protocol?: number;
  readonly tcpFlags?: number;
  readonly outcome?: number;
  readonly kind?: number;
  readonly direction?: number;
  readonly state?: number;
}

/** The bytes of a record. */
export function recordOf(parts: RecordParts = {}): Uint8Array {
  const record = new Uint8Array(recordBytes);
  const view = new DataView(record.buffer);
  const [source, destination] = parts.identities ?? [257, 258];
  const [sourcePort, destinationPort] = parts.ports ?? [40_000, 80];
  view.setBigUint64(at.time_ns, parts.timeNs ?? 5_000_000_000n, true);
  view.setBigUint64(at.revision, BigInt(parts.revision ?? 7), true);
  record.set(mappedBytes(parseAddress(parts.source ?? "fd00:1::1")), at.source);
  record.set(mappedBytes(parseAddress(parts.destination ?? "fd00:1::2")), at.destination);
  view.setUint32(at.source_identity, source, true);
  view.setUint32(at.destination_identity, destination, true);
  view.setUint32(at.bytes, parts.bytes ?? 80, true);
  view.setUint16(at.source_port, sourcePort);
  view.setUint16(at.destination_port, destinationPort);
  view.setUint16(at.icmp, parts.icmp ?? 0, true);
  view.setUint16(at.rule, parts.rule ?? 0, true);
  view.setUint16(at.slot, parts.slot ?? 2, true);
  record[at.protocol] = parts.protocol ?? 6;
  record[at.tcp_flags] = parts.tcpFlags ?? 2;
  record[at.outcome] = parts.outcome ?? 8;
  record[at.kind] = parts.kind ?? recordKind.drop;
  record[at.direction] = parts.direction ?? 0;
  record[at.state] = parts.state ?? 0;
  return record;
}
