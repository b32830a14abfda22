import { decodeRecord, recordKind } from "@weft/datapath";
import { type LoadedObject, RingBuffer } from "@weft/ebpf";
import { allRecords, type Datapath } from "./datapath.ts";
import { between } from "./frames.ts";
import { alice, bob, carol } from "./mesh.ts";
import { outcomeName } from "./outcome.ts";
import * as packet from "./packet.ts";

/** Names of enum weft_record_kind by number. */
export const kinds: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(recordKind).map(([name, number]) => [number, name.toUpperCase()]),
);

/** struct weft_record. */
export interface PacketRecord {
  readonly kind: string;
  readonly outcome: string;
  readonly slot: number;
  readonly direction: "ingress" | "egress" | "none";
  readonly rule: number;
  readonly revision: number;
  /** Hexadecimal, 16 bytes. */
  readonly source: string;
  readonly destination: string;
  readonly ports: readonly [number, number];
  readonly identities: readonly [number, number];
  readonly protocol: number;
  readonly icmp: number;
  readonly tcpFlags: number;
  readonly state: number;
  readonly step: number;
  readonly bytes: number;
  readonly timeNs: bigint;
}

const directions = { 0: "ingress", 1: "egress", 255: "none" } as const;

/** A record as the ring has it. */
function readRecord(data: Uint8Array): PacketRecord {
  const { source, destination, sourceIdentity, destinationIdentity, ...rest } = decodeRecord(data);
  const { sourcePort, destinationPort, ...record } = rest;
  const hex = (address: Uint8Array): string => Buffer.from(address).toString("hex");
  return {
    ...record,
    timeNs: BigInt(record.timeNs),
    source: hex(source),
    destination: hex(destination),
    identities: [sourceIdentity, destinationIdentity],
    ports: [sourcePort, destinationPort],
    outcome: outcomeName(record.outcome),
    kind: kinds[record.kind] ?? "?",
    direction: directions[record.direction as keyof typeof directions],
  };
}

/** The records of a host in the order in which they were written. */
export interface Records extends AsyncDisposable {
  /** All since the last call. */
  taken(): Promise<PacketRecord[]>;
}

/** Somebody who only ever sends with a wrong MAC. */
const marker = { ...carol, slot: 60_000, recordKinds: allRecords };

/** Reads the records of a host. */
export async function openRecords(datapath: Datapath): Promise<Records> {
  const loaded = await datapath.load(marker);
  const ring = RingBuffer.open(datapath.map("records"), { intervalMs: 1 });
  const batches = ring.batches();
  const left: PacketRecord[] = [];
  let mark = 0;
  return {
    async taken() {
      // The ring does not say how much it holds: what the marker drops now is the end.
      mark += 1;
      const data = between(alice, bob, 17, packet.udp(mark, 53));
      await loaded.program("from_container").testRun({ data });
      for (;;) {
        const end = left.findIndex(({ slot, ports }) => slot === marker.slot && ports[0] === mark);
        if (end >= 0) return left.splice(0, end + 1).slice(0, -1);
        const { value, done } = await batches.next();
        if (done) throw new Error("the ring ended");
        for (const each of value) left.push(readRecord(each));
      }
    },
    [Symbol.asyncDispose]: () => ring.close(),
  };
}

/** Records that were not written, by enum weft_record_loss. */
export function lossesOf(loaded: LoadedObject): number[] {
  return [...loaded.map("record_losses").entries()].map(([, values]) =>
    Number(new BigUint64Array(values.slice().buffer).reduce((sum, each) => sum + each, 0n)),
  );
}
