import type { Tier } from "./cluster-policy.ts";
import type { PortRange } from "./protocol.ts";
import type { DirectionRules, Match, Peers, Ports } from "./rules.ts";
import type { TableVerdict } from "./tables.ts";

/** The peers and ports of rules are numbered; this number stands for "any". */
export const any = -1;

/** One match of one rule, in numbers. */
export interface Row {
  /** Index into {@link Rows.peers}, or `any`. */
  readonly peers: number;
  /** Index into {@link Rows.ports}, or `any`. */
  readonly ports: number;
  /** Index into {@link Rows.verdicts}, or `pass`. */
  readonly verdict: number;
  /** Rows of one tier have one number, which is not 0. */
  readonly tier: number;
}

/** Verdict of a row that leaves what it fits to the next tier. */
export const pass = -1;

const tierNumbers: Readonly<Record<Tier, number>> = { Admin: 1, NetworkPolicy: 2, Baseline: 3 };

/** The rules of one direction as a list in which the first row that fits decides, or passes. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly peers: readonly Exclude<Peers, "any">[];
  readonly ports: readonly (readonly PortRange[])[];
  /** Verdict 0 is that of no row. */
  readonly verdicts: readonly TableVerdict[];
}

/**
 * Flattens rules to rows; a row that repeats the peers and ports of an earlier one of its tier is left out, as it can
 * never decide.
 */
export function matrixRows(rules: DirectionRules, trusted: readonly number[]): Rows {
  const peers = new Map<Peers, number>();
  const ports = new Map<string, number>();
  const ranges: (readonly PortRange[])[] = [];
  const verdicts: TableVerdict[] = [{ allow: rules.fallback === "allow", rule: 0, revision: rules.revision }];
  const rows: Row[] = [];
  const seen = new Set<string>();
  const portsOf = (one: Ports): number => {
    if (one === "any") return any;
    const key = one.map(({ protocol, from, to }) => `${protocol}/${from}-${to}`).join();
    const known = ports.get(key);
    if (known !== undefined) return known;
    ports.set(key, ranges.length);
    return ranges.push(one) - 1;
  };
  const add = ({ peers: onePeers, ports: onePorts }: Match, verdict: number, tier: Tier): void => {
    if (onePeers !== "any" && !peers.has(onePeers)) peers.set(onePeers, peers.size);
    const number = tierNumbers[tier];
    const row = { peers: peers.get(onePeers) ?? any, ports: portsOf(onePorts), verdict, tier: number };
    const key = `${row.peers} ${row.ports} ${number}`;
    if (seen.has(key)) return;
    seen.add(key);
    rows.push(row);
  };
  const trust = (): void => {
    if (trusted.length === 0) return;
    const verdict = verdicts.push({ allow: true, rule: 0, revision: rules.revision }) - 1;
    add({ peers: { identities: new Set(trusted), blocks: [] }, ports: "any" }, verdict, "NetworkPolicy");
  };
  for (const [index, { action, ref, matches }] of rules.rules.entries()) {
    if (index === rules.trustedAt) trust();
    const made = { allow: action === "allow", rule: index + 1, revision: ref.revision };
    const verdict = action === "pass" ? pass : verdicts.push(made) - 1;
    for (const match of matches) add(match, verdict, ref.tier);
  }
  if (rules.trustedAt === rules.rules.length) trust();
  return { rows, peers: [...peers.keys()].filter((one) => one !== "any"), ports: ranges, verdicts };
}
