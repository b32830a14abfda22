/** Protocols whose ports a NetworkPolicy can name. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** IP protocol numbers (IANA) of what policies and probes talk about. */
export const protocolNumbers = { ICMP: 1, TCP: 6, UDP: 17, ICMPv6: 58, SCTP: 132 } as const;

/** Protocols by name. */
export type ProtocolName = keyof typeof protocolNumbers;

/** Ports `from`..`to` (inclusive) of one IP protocol number. */
export interface PortRange {
  readonly protocol: number;
  readonly from: number;
  readonly to: number;
}

/** The same set of ports as the fewest disjoint ranges, by protocol and port. */
export function mergeRanges(ranges: readonly PortRange[]): PortRange[] {
  const merged: PortRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.protocol - b.protocol || a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && last.protocol === range.protocol && range.from <= last.to + 1) {
      merged[merged.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    } else merged.push(range);
  }
  return merged;
}
