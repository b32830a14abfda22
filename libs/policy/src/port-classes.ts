import { classifier, type Dimension } from "./classes.ts";
import type { PortRange } from "./protocol.ts";
import type { Rows } from "./rows.ts";

/** Ports of a protocol and their class. */
export interface PortEntry extends PortRange {
  readonly class: number;
}

interface Edge {
  readonly protocol: number;
  /** The first port at which the set begins (or no longer applies). */
  readonly port: number;
  readonly group: number;
  readonly begins: boolean;
}

/** Cuts overlapping ranges into disjoint ones, each with the set of rules that name it. */
export function portClasses({ ports }: Rows): Dimension<PortEntry> {
  const edges = ports.flatMap((ranges, group) =>
    ranges.flatMap(({ protocol, from, to }): Edge[] => [
      { protocol, port: from, group, begins: true },
      { protocol, port: to + 1, group, begins: false },
    ]),
  );
  edges.sort((a, b) => a.protocol - b.protocol || a.port - b.port);
  const { classOf, sets } = classifier();
  const entries: PortEntry[] = [];
  const active = new Set<number>();
  for (const [index, { protocol, port, group, begins }] of edges.entries()) {
    if (begins) active.add(group);
    else active.delete(group);
    const next = edges[index + 1];
    if (next === undefined || active.size === 0 || (next.protocol === protocol && next.port === port))
      continue;
    entries.push({ protocol, from: port, to: next.port - 1, class: classOf(active) });
  }
  return { entries, sets };
}
