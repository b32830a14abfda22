import { maps } from "@weft/datapath";
import { WeftError } from "@weft/netaddr";
import { portPrefixes } from "./port-prefixes.ts";
import type { PolicyTable, PolicyTables } from "./tables.ts";

/** What the maps of one container hold, both directions together (abi/policy.h). */
export const policyLimits = {
  /** Entries of map "identity_classes". */
  identities: maps.identity_classes.maxEntries,
  /** Entries of map "address_classes". */
  addressPrefixes: maps.address_classes.maxEntries,
  /** Entries of map "port_classes". */
  portPrefixes: maps.port_classes.maxEntries,
  /** Entries of map "verdicts". */
  verdicts: maps.verdicts.maxEntries,
  /** Rules of one direction: the flow table keeps a rule's number in 16 bits. */
  rules: 65_535,
  /** Cells of one direction's matrix before equal classes are merged: bounds the time to compile a policy. */
  cells: 4_194_304,
} as const;

/** How many entries tables take in each map. */
export interface TableSizes {
  readonly identities: number;
  readonly addressPrefixes: number;
  readonly portPrefixes: number;
  readonly verdicts: number;
}

/** Counts the map entries of tables, to be held against {@link policyLimits}. */
export function tableSizes({ ingress, egress }: PolicyTables): TableSizes {
  const sum = (count: (table: PolicyTable) => number): number => count(ingress) + count(egress);
  return {
    identities: sum(({ identities }) => identities.length),
    addressPrefixes: sum(({ addresses }) => addresses.length),
    portPrefixes: sum(({ ports }) => ports.reduce((n, { from, to }) => n + portPrefixes(from, to).length, 0)),
    verdicts: sum(({ verdicts }) => verdicts.length),
  };
}

/** Throws RESOURCE_EXHAUSTED if the maps of one container cannot hold its tables. */
export function checkTables(tables: PolicyTables, endpoint: string): void {
  const sizes = tableSizes(tables);
  refuseAbove(sizes.identities, policyLimits.identities, "identities", endpoint);
  refuseAbove(sizes.addressPrefixes, policyLimits.addressPrefixes, "address prefixes", endpoint);
  refuseAbove(sizes.portPrefixes, policyLimits.portPrefixes, "port prefixes", endpoint);
  const [i, e] = [tables.ingress, tables.egress].map(
    (table) => `${table.identityClasses} x ${table.addressClasses} x ${table.portClasses}`,
  );
  const verdicts = `verdicts (identity x address x port classes: ingress ${i}, egress ${e})`;
  refuseAbove(sizes.verdicts, policyLimits.verdicts, verdicts, endpoint);
  const rules = Math.max(
    ...[tables.ingress, tables.egress].flatMap((t) => t.verdicts.map(({ rule }) => rule)),
    0,
  );
  refuseAbove(rules, policyLimits.rules, "rules in one direction", endpoint);
}

/** Throws RESOURCE_EXHAUSTED if a direction's matrix would be too large to be made. */
export function checkCells(i: number, a: number, p: number, endpoint: string, direction: string): void {
  const what = `${direction} cells (${i} identity x ${a} address x ${p} port classes)`;
  refuseAbove(i * a * p, policyLimits.cells, what, endpoint);
}

function refuseAbove(count: number, limit: number, what: string, endpoint: string): void {
  if (count <= limit) return;
  const message = `the policies of container ${endpoint} need ${count} ${what}, a container has ${limit}`;
  throw new WeftError("RESOURCE_EXHAUSTED", message, { field: "spec", expected: `at most ${limit}` });
}
