import { type Address, mappedBytes } from "@weft/netaddr";
import type { Packet } from "./decide.ts";
import type { PolicyTable, PolicyTables, TableVerdict } from "./tables.ts";

/** The verdict of tables on a packet. */
export interface TableDecision extends TableVerdict {
  readonly enforced: boolean;
}

/** What the datapath does with a packet: classify the peer and the port, look the verdict up. */
export function evaluate(
  tables: PolicyTables,
  direction: "ingress" | "egress",
  packet: Packet,
): TableDecision {
  const table = tables[direction];
  if (!table.enforced) return { enforced: false, allow: true, rule: 0, revision: 0 };
  const identity = table.identities.find((entry) => entry.identity === packet.identity)?.class ?? 0;
  const address = addressClass(table, packet.address);
  const port = portClass(table, packet.protocol, packet.port);
  const verdict = table.verdicts[(identity * table.addressClasses + address) * table.portClasses + port];
  if (verdict === undefined) throw new RangeError("the policy table has no verdict for its own classes");
  return { enforced: true, ...verdict };
}

function addressClass(table: PolicyTable, address: Address): number {
  const wanted = mappedBytes(address);
  let best = { length: -1, class: 0 };
  for (const entry of table.addresses) {
    const { bytes, length } = mappedPrefix(entry.prefix);
    if (length > best.length && agree(bytes, wanted, length)) best = { length, class: entry.class };
  }
  return best.class;
}

function portClass(table: PolicyTable, protocol: number, port: number): number {
  const found = table.ports.find((range) => {
    return range.protocol === protocol && range.from <= port && port <= range.to;
  });
  return found?.class ?? 0;
}

/** A prefix as the datapath's 128-bit keys have it: IPv4 as ::ffff:a.b.c.d. */
export function mappedPrefix({ address, length }: { address: Uint8Array; length: number }): {
  bytes: Uint8Array;
  length: number;
} {
  if (address.length === 16) return { bytes: address, length };
  const bytes = new Uint8Array(16);
  bytes.set([0xff, 0xff], 10);
  bytes.set(address, 12);
  return { bytes, length: length + 96 };
}

function agree(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
    if ((((a[bit >> 3] ?? 0) ^ (b[bit >> 3] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}
