import { type PrefixBytes, prefixToBytes } from "@weft/netaddr";
import { type AddressEntry, addressClasses } from "./address-classes.ts";
import { type IdentityEntry, identityClasses } from "./identity-classes.ts";
import { checkCells, checkTables } from "./limits.ts";
import { type PortEntry, portClasses } from "./port-classes.ts";
import { matrixRows } from "./rows.ts";
import type { DirectionRules, EndpointRules } from "./rules.ts";
import { fillMatrix, minimise } from "./verdict-matrix.ts";

/** weft.v1.PolicyTables with every field set. */
export interface PolicyTables {
  ingress: PolicyTable;
  egress: PolicyTable;
}

/** weft.v1.PolicyTable with every field set; see there. */
export interface PolicyTable {
  /** False: everything is allowed, and the rest is empty. */
  enforced: boolean;
  /** By identity; class 0 is left out. */
  identities: { identity: number; class: number }[];
  /**
   * IPv4 before IPv6, then by address and length. The longest prefix that holds an address decides. Class 0 stands
   * only where it has to cut something out of a shorter prefix (`0.0.0.0/0` out of `::/0`, too, as the datapath writes
   * IPv4 as ::ffff:a.b.c.d).
   */
  addresses: { prefix: PrefixBytes; class: number }[];
  /** Disjoint, by protocol and port; class 0 is left out. */
  ports: { protocol: number; from: number; to: number; class: number }[];
  identityClasses: number;
  addressClasses: number;
  portClasses: number;
  /** At (identity class * addressClasses + address class) * portClasses + port class; none if not enforced. */
  verdicts: TableVerdict[];
}

/** What the datapath does with a packet, and why. */
export interface TableVerdict {
  allow: boolean;
  /** Index into the rules of this direction plus one; 0: no rule (the fallback, or a trusted peer). */
  rule: number;
  /** Of the policy whose rule decided; without a rule, of the newest policy that selects the container. */
  revision: number;
}

/**
 * Compiles a container's rules into classes and a matrix of verdicts, as small as the rules allow: classes that no
 * packet could tell apart are one. Equal rules give equal tables, whatever order they came in. Throws WeftError
 * RESOURCE_EXHAUSTED with the numbers when the maps of one container could not hold them.
 */
export function tables(rules: EndpointRules): PolicyTables {
  const made = { ingress: table(rules, "ingress"), egress: table(rules, "egress") };
  checkTables(made, rules.endpoint);
  return made;
}

function table(endpoint: EndpointRules, direction: "ingress" | "egress"): PolicyTable {
  const rules: DirectionRules = endpoint[direction];
  const sizes = { identityClasses: 1, addressClasses: 1, portClasses: 1 };
  if (!rules.enforced)
    return { enforced: false, identities: [], addresses: [], ports: [], ...sizes, verdicts: [] };
  const rows = matrixRows(rules, endpoint.trusted);
  const [identities, addresses, ports] = [identityClasses(rows), addressClasses(rows), portClasses(rows)];
  checkCells(identities.sets.length, addresses.sets.length, ports.sets.length, endpoint.endpoint, direction);
  const matrix = minimise(fillMatrix(rows, identities.sets, addresses.sets, ports.sets));
  const none: TableVerdict = { allow: false, rule: 0, revision: rules.revision };
  return {
    enforced: true,
    identities: keepIdentities(identities.entries, matrix.classOf[0]),
    addresses: keepAddresses(addresses.entries, matrix.classOf[1]),
    ports: keepPorts(ports.entries, matrix.classOf[2]),
    identityClasses: matrix.sizes[0],
    addressClasses: matrix.sizes[1],
    portClasses: matrix.sizes[2],
    verdicts: Array.from(matrix.cells, (verdict) => ({ ...(rows.verdicts[verdict] ?? none) })),
  };
}

function keepIdentities(entries: readonly IdentityEntry[], classOf: readonly number[]) {
  return entries
    .map(({ identity, class: old }) => ({ identity, class: classOf[old] ?? 0 }))
    .filter((entry) => entry.class !== 0);
}

// A prefix whose class is that of the next shorter one adds nothing.
function keepAddresses(entries: readonly AddressEntry[], classOf: readonly number[]) {
  const classAt = (index: number | undefined): number =>
    index === undefined ? 0 : (classOf[entries[index]?.class ?? 0] ?? 0);
  return entries
    .map(({ prefix, parent }, index) => ({ prefix, class: classAt(index), around: classAt(parent) }))
    .filter((entry) => entry.class !== entry.around)
    .map((entry) => ({ prefix: prefixToBytes(entry.prefix), class: entry.class }));
}

// Neighbours that became one class become one range.
function keepPorts(entries: readonly PortEntry[], classOf: readonly number[]) {
  const kept: PolicyTable["ports"] = [];
  for (const { protocol, from, to, class: old } of entries) {
    const last = kept.at(-1);
    const now = classOf[old] ?? 0;
    if (now === 0) continue;
    if (last?.protocol === protocol && last.class === now && last.to + 1 === from) last.to = to;
    else kept.push({ protocol, from, to, class: now });
  }
  return kept;
}
