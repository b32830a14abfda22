// Records that are alike become one: a flood costs one entry, and its packets are counted.
import { recordKind, recordLayout } from "@weft/datapath";

const { at, size: recordBytes } = recordLayout;

/** Records that were alike. */
export interface Group {
  /** The first of them. */
  readonly record: Uint8Array;
  /** 0: not the same in all of them, or none. */
  sourcePort: number;
  tcpFlags: number;
  count: number;
  bytes: number;
  readonly firstNs: number;
  lastNs: number;
}

/** Groups of one window of time. */
interface Grouper {
  /** Takes a record. False: there is no room for another kind of record in this window. */
  add(record: Uint8Array): boolean;
  readonly size: number;
  /** All of them, in the order in which they began, and a new window. */
  take(): Group[];
}

const icmp = new Set([1, 58]);

/** Makes a grouper for so many different kinds of records at once. */
export function makeGrouper(most: number): Grouper {
  let open = new Map<string, Group>();
  const scratch = Buffer.alloc(recordBytes);
  return {
    get size() {
      return open.size;
    },
    add(record) {
      const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
      const sourcePort = view.getUint16(at.sourcePort);
      const key = keyOf(record, scratch);
      const known = open.get(key);
      if (known === undefined) {
        if (open.size >= most) return false;
        const timeNs = timeOf(view);
        open.set(key, {
          record: Uint8Array.from(record),
          sourcePort: icmp.has(view.getUint8(at.protocol)) ? 0 : sourcePort,
          tcpFlags: view.getUint8(at.tcpFlags),
          count: 1,
          bytes: view.getUint32(at.bytes, true),
          firstNs: timeNs,
          lastNs: timeNs,
        });
        return true;
      }
      if (known.sourcePort !== sourcePort) known.sourcePort = 0;
      known.tcpFlags |= view.getUint8(at.tcpFlags);
      known.count += 1;
      known.bytes += view.getUint32(at.bytes, true);
      known.lastNs = Math.max(known.lastNs, timeOf(view));
      return true;
    },
    take() {
      const taken = [...open.values()];
      open = new Map();
      return taken;
    },
  };
}

/** Nanoseconds of CLOCK_MONOTONIC_COARSE, as exact as a number can be. */
function timeOf(view: DataView): number {
  return view.getUint32(at.timeNs + 4, true) * 2 ** 32 + view.getUint32(at.timeNs, true);
}

/**
 * What alike records have in common: all but time, length, TCP flags and, unless the flow itself is what matters (cut, kept),
 * the source port. An echo's identifier, which stands in both ports, is no port.
 */
function keyOf(record: Uint8Array, scratch: Buffer): string {
  scratch.set(record);
  scratch.fill(0, at.timeNs, at.timeNs + 8);
  scratch.fill(0, at.bytes, at.bytes + 4);
  scratch[at.tcpFlags] = 0;
  const kind = scratch[at.kind];
  if (kind === recordKind.drop || kind === recordKind.flow) scratch.fill(0, at.sourcePort, at.sourcePort + 2);
  if (icmp.has(scratch[at.protocol] ?? 0)) scratch.fill(0, at.sourcePort, at.destinationPort + 2);
  return scratch.toString("latin1");
}
