import type { PortRange } from "./protocol.ts";
import type { DirectionRules, Peers, Ports } from "./rules.ts";
import type { TableVerdict } from "./tables.ts";

/** The peers and ports of rules are numbered; this number stands for "any". */
export const any = -1;

/** One match of one rule, in numbers. */
export interface Row {
  /** Index into {@link Rows.peers}, or `any`. */
  readonly peers: number;
  /** Index into {@link Rows.ports}, or `any`. */
  readonly ports: number;
  /** Index into {@link Rows.verdicts}. */
  readonly verdict: number;
}

/** The rules of one direction as a list in which the first row that fits decides. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly peers: readonly Exclude<Peers, "any">[];
  readonly ports: readonly (readonly PortRange[])[];
  /** Verdict 0 is that of no row. */
  readonly verdicts: readonly TableVerdict[];
}

/** Flattens rules to rows; a row that repeats an earlier row's peers and ports is left out, as it can never decide. */
export function matrixRows(rules: DirectionRules, trusted: readonly number[]): Rows {
  const peers = new Map<Peers, number>();
  const ports = new Map<string, number>();
  const ranges: (readonly PortRange[])[] = [];
  const verdicts: TableVerdict[] = [{ allow: false, rule: 0, revision: rules.revision }];
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
  const add = (onePeers: Peers, onePorts: Ports, verdict: number): void => {
    if (onePeers !== "any" && !peers.has(onePeers)) peers.set(onePeers, peers.size);
    const row = { peers: peers.get(onePeers) ?? any, ports: portsOf(onePorts), verdict };
    const key = `${row.peers} ${row.ports}`;
    if (seen.has(key)) return;
    seen.add(key);
    rows.push(row);
  };
  if (trusted.length > 0) {
    const verdict = verdicts.push({ allow: true, rule: 0, revision: rules.revision }) - 1;
    add({ identities: new Set(trusted), blocks: [] }, "any", verdict);
  }
  for (const [index, { action, ref, matches }] of rules.rules.entries()) {
    const verdict = verdicts.push({ allow: action === "allow", rule: index + 1, revision: ref.revision }) - 1;
    for (const match of matches) add(match.peers, match.ports, verdict);
  }
  return { rows, peers: [...peers.keys()].filter((one) => one !== "any"), ports: ranges, verdicts };
}
