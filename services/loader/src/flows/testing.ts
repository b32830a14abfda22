// Records as the kernel writes them, for tests.
import { direction, encodeRecord, flowState, outcome, recordKind } from "@weft/datapath";
import { mappedBytes, parseAddress } from "@weft/netaddr";

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
  readonly step?: number;
}

/** The bytes of a record. */
export function recordOf(parts: RecordParts = {}): Uint8Array {
  const [sourceIdentity, destinationIdentity] = parts.identities ?? [257, 258];
  const [sourcePort, destinationPort] = parts.ports ?? [40_000, 80];
  return encodeRecord({
    timeNs: Number(parts.timeNs ?? 5_000_000_000n),
    revision: parts.revision ?? 7,
    source: mappedBytes(parseAddress(parts.source ?? "fd00:1::1")),
    destination: mappedBytes(parseAddress(parts.destination ?? "fd00:1::2")),
    sourceIdentity,
    destinationIdentity,
    bytes: parts.bytes ?? 80,
    sourcePort,
    destinationPort,
    icmp: parts.icmp ?? 0,
    rule: parts.rule ?? 0,
    slot: parts.slot ?? 2,
    protocol: parts.protocol ?? 6,
    tcpFlags: parts.tcpFlags ?? 2,
    outcome: parts.outcome ?? outcome.dropPolicyIngress,
    kind: parts.kind ?? recordKind.drop,
    direction: parts.direction ?? direction.ingress,
    state: parts.state ?? flowState.new,
    step: parts.step ?? 0,
  });
}
