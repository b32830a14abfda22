import { compareAddresses, formatPrefix, type Prefix, parsePrefix, prefixContains } from "@weft/netaddr";
import { classifier, type Dimension } from "./classes.ts";
import type { Rows } from "./rows.ts";

/** A prefix and the class of the addresses whose longest prefix it is. */
export interface AddressEntry {
  readonly prefix: Prefix;
  readonly class: number;
  /** Index of the entry that decides where this one is left out; undefined: none does. */
  readonly parent: number | undefined;
}

const allIpv4 = parsePrefix("0.0.0.0/0");
/** Where the datapath's 128-bit keys keep IPv4. */
const mappedIpv4 = parsePrefix("::ffff:0:0/96");

/**
 * Every prefix that a block or an exception names, each with all blocks that hold its addresses: those of shorter
 * prefixes too, without those that except it. So the longest prefix alone says everything.
 */
export function addressClasses({ peers }: Rows): Dimension<AddressEntry> {
  const { prefixes, opens, closes } = collect(peers);
  const sorted = [...prefixes.values()].sort(comparePrefixes);
  const cover = sorted.findLastIndex((prefix) => prefixContains(prefix, mappedIpv4));
  const { classOf, sets } = classifier();
  const active: ReadonlyMap<number, number>[] = [];
  const stack: number[] = [];
  const entries = sorted.map((prefix, index): AddressEntry => {
    while (stack.length > 0 && !contains(sorted[stack.at(-1) ?? 0], prefix)) stack.pop();
    const parent = stack.at(-1);
    const inherited = parent === undefined ? undefined : active[parent];
    const blocks = new Map(inherited);
    const key = formatPrefix(prefix);
    for (const block of closes.get(key) ?? []) blocks.delete(block);
    for (const [block, group] of opens.get(key) ?? []) blocks.set(block, group);
    active.push(blocks);
    stack.push(index);
    const fallback = cover >= 0 && prefix.address.family === 4 ? cover : undefined;
    return { prefix, class: classOf(blocks.values()), parent: parent ?? fallback };
  });
  return { entries, sets };
}

function collect(peers: Rows["peers"]) {
  const prefixes = new Map<string, Prefix>();
  // By prefix: the blocks (with the number of their peers) that begin there, and those that make an exception there.
  const opens = new Map<string, [number, number][]>();
  const closes = new Map<string, number[]>();
  let count = 0;
  for (const [group, { blocks }] of peers.entries()) {
    for (const { cidr, except } of blocks) {
      const block = count++;
      push(opens, note(prefixes, cidr), [block, group]);
      for (const hole of except) push(closes, note(prefixes, hole), block);
    }
  }
  // IPv4 lies inside of ::/0 for the datapath, but not for a policy.
  const covered = [...prefixes.values()].some((prefix) => prefixContains(prefix, mappedIpv4));
  if (covered) note(prefixes, allIpv4);
  return { prefixes, opens, closes };
}

function note(prefixes: Map<string, Prefix>, prefix: Prefix): string {
  const key = formatPrefix(prefix);
  prefixes.set(key, prefix);
  return key;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function contains(outer: Prefix | undefined, inner: Prefix): boolean {
  return outer !== undefined && prefixContains(outer, inner);
}

function comparePrefixes(a: Prefix, b: Prefix): number {
  return compareAddresses(a.address, b.address) || a.length - b.length;
}
