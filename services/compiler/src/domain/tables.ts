import { WeftError } from "@weft/netaddr";
import type { weft } from "@weft/proto";

/** Classes by identity, prefix and port range, and a matrix of verdicts: one direction of a policy, fully spelt out. */
export interface Table {
  readonly enforced: boolean;
  readonly identities: readonly { readonly identity: number; readonly class: number }[];
  readonly addresses: readonly { readonly prefix: MappedPrefix; readonly class: number }[];
  readonly ports: readonly PortClass[];
  readonly identityClasses: number;
  readonly addressClasses: number;
  readonly portClasses: number;
  readonly verdicts: readonly Verdict[];
}

/** Ports from..to of one IP protocol. */
export interface PortClass {
  readonly protocol: number;
  readonly from: number;
  readonly to: number;
  readonly class: number;
}

/** A prefix of 128-bit addresses, IPv4 mapped. */
export interface MappedPrefix {
  readonly value: bigint;
  readonly length: number;
}

/** What a cell of the matrix says. */
export interface Verdict {
  readonly allow: boolean;
  readonly rule: number;
  readonly revision: number;
}

/** Both directions. */
export interface Tables {
  readonly ingress: Table;
  readonly egress: Table;
}

/** Reads the tables of a request. Throws INVALID_ARGUMENT where they contradict themselves. */
export function readTables(tables: weft.v1.IPolicyTables): Tables {
  return { ingress: readTable(tables.ingress, "ingress"), egress: readTable(tables.egress, "egress") };
}

const empty: Table = {
  enforced: false,
  identities: [],
  addresses: [],
  ports: [],
  identityClasses: 1,
  addressClasses: 1,
  portClasses: 1,
  verdicts: [],
};

function readTable(table: weft.v1.IPolicyTable | null | undefined, direction: string): Table {
  if (table?.enforced !== true) return empty;
  const read: Table = {
    enforced: true,
    identities: (table.identities ?? []).map((entry) => ({
      identity: entry.identity ?? 0,
      class: entry.class ?? 0,
    })),
    addresses: (table.addresses ?? []).map((entry) => ({
      prefix: readPrefix(entry.prefix, `policy.${direction}.addresses`),
      class: entry.class ?? 0,
    })),
    ports: (table.ports ?? []).map((entry) => ({
      protocol: entry.protocol ?? 0,
      from: entry.from ?? 0,
      to: entry.to ?? 0,
      class: entry.class ?? 0,
    })),
    identityClasses: table.identityClasses ?? 0,
    addressClasses: table.addressClasses ?? 0,
    portClasses: table.portClasses ?? 0,
    verdicts: (table.verdicts ?? []).map(({ allow, rule, revision }) => ({
      allow: allow ?? false,
      rule: rule ?? 0,
      revision: Number(revision ?? 0),
    })),
  };
  checkTable(read, `policy.${direction}`);
  return read;
}

function checkTable(table: Table, field: string): void {
  const { identityClasses, addressClasses, portClasses, verdicts } = table;
  const cells = identityClasses * addressClasses * portClasses;
  require(cells > 0 && cells === verdicts.length, `${field}.verdicts`, `${cells} verdicts`);
  const classes: [string, readonly { readonly class: number }[], number][] = [
    ["identities", table.identities, identityClasses],
    ["addresses", table.addresses, addressClasses],
    ["ports", table.ports, portClasses],
  ];
  for (const [name, entries, count] of classes) {
    const fits = entries.every((entry) => entry.class < count);
    require(fits, `${field}.${name}`, `classes below ${count}`);
  }
  const ports = table.ports.toSorted((a, b) => a.protocol - b.protocol || a.from - b.from);
  for (const [index, { protocol, from, to }] of ports.entries()) {
    const next = ports[index + 1];
    const apart = next === undefined || next.protocol !== protocol || next.from > to;
    require(protocol < 256 &&
      from <= to &&
      to < 65536 &&
      apart, `${field}.ports`, "ranges that do not overlap");
  }
  const identities = new Set(table.identities.map(({ identity }) => identity));
  require(identities.size === table.identities.length, `${field}.identities`, "each identity once");
}

function readPrefix(prefix: weft.v1.IPrefix | null | undefined, field: string): MappedPrefix {
  const bytes = prefix?.address ?? new Uint8Array();
  const length = prefix?.length ?? 0;
  const bits = bytes.length * 8;
  require((bits === 32 || bits === 128) && length <= bits, field, "prefixes of 4 or 16 bytes");
  const value = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  const host = (1n << BigInt(bits - length)) - 1n;
  require((value & host) === 0n, field, "prefixes whose host bits are zero");
  return bits === 32 ? { value: value | (0xffffn << 32n), length: length + 96 } : { value, length };
}

function require(holds: boolean, field: string, expected: string): void {
  if (holds) return;
  throw new WeftError("INVALID_ARGUMENT", "the policy's tables contradict themselves", { field, expected });
}
