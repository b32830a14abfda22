import { makeAddress, type Prefix, parsePrefix, prefixContains, samePrefix, WeftError } from "@weft/netaddr";

/** Bits of an address that tell the pods of one host apart. */
const suffixBits = 8;

/** Where a block lies among the suffixes of every host: those whose first `bits` bits are those of `start`. */
interface SuffixRange {
  readonly start: number;
  readonly bits: number;
}

/** Where the blocks of policies lie in the lab: nested and apart as they are in the file, each with room of its own. */
export interface BlockLayout {
  /** Of every block, and of what lies outside of all: a range that no smaller block shares. */
  readonly regions: readonly SuffixRange[];
  /** The range of a block that the layout was made of, by its text as `formatPrefix` gives it. */
  readonly ranges: ReadonlyMap<string, SuffixRange>;
}

interface Node {
  readonly prefix: Prefix | undefined;
  readonly children: Node[];
}

/** Lays blocks out; those that hold every address of a family need no place. RESOURCE_EXHAUSTED when they are too many. */
export function layOut(blocks: readonly string[]): BlockLayout {
  const prefixes = [...new Set(blocks)]
    .map((text) => ({ text, prefix: parsePrefix(text) }))
    .filter(({ prefix }) => prefix.length > 0)
    .sort((a, b) => a.prefix.length - b.prefix.length);
  const root: Node = { prefix: undefined, children: [] };
  for (const { prefix } of prefixes) insert(root, prefix);
  const regions: SuffixRange[] = [];
  const placed: { prefix: Prefix; range: SuffixRange }[] = [];
  place(root, { start: 0, bits: 0 }, regions, placed);
  const ranges = new Map(
    prefixes.flatMap(({ text, prefix }) => {
      const found = placed.find((one) => samePrefix(one.prefix, prefix));
      return found === undefined ? [] : [[text, found.range] as const];
    }),
  );
  return { regions, ranges };
}

function insert(node: Node, prefix: Prefix): void {
  const outer = node.children.find((child) => child.prefix && prefixContains(child.prefix, prefix));
  if (outer === undefined) node.children.push({ prefix, children: [] });
  else if (outer.prefix && !samePrefix(outer.prefix, prefix)) insert(outer, prefix);
}

function place(
  node: Node,
  range: SuffixRange,
  regions: SuffixRange[],
  placed: { prefix: Prefix; range: SuffixRange }[],
): void {
  if (node.prefix !== undefined) placed.push({ prefix: node.prefix, range });
  const bits = range.bits + Math.ceil(Math.log2(node.children.length + 1));
  if (bits > suffixBits - 2) {
    throw new WeftError("RESOURCE_EXHAUSTED", "the policies have more address blocks than fit into the lab", {
      expected: "fewer cases at once (--case)",
    });
  }
  const part = (index: number) => ({ start: range.start + index * 2 ** (suffixBits - bits), bits });
  for (const [index, child] of node.children.entries()) place(child, part(index), regions, placed);
  regions.push(part(node.children.length));
}

/** Suffixes within a range, all of them addresses that a host can lease: neither its first nor its last. */
export function suffixesOf({ start, bits }: SuffixRange): number[] {
  const all = Array.from({ length: 2 ** (suffixBits - bits) }, (_, index) => start + index);
  return all.filter((suffix) => suffix > 0 && suffix < 2 ** suffixBits - 1);
}

/** The address of a suffix on a host, by one of the host's prefixes: a /24, or a /64 of which ::100 to ::1ff are used. */
export function suffixAddress({ address }: Prefix, suffix: number) {
  const base = address.family === 4 ? 0n : 0x100n;
  return makeAddress(address.family, address.value + base + BigInt(suffix));
}

/** The prefix of a range on a host. */
export function suffixPrefix(host: Prefix, { start, bits }: SuffixRange): Prefix {
  const address = suffixAddress(host, start);
  return { address, length: (address.family === 4 ? 32 : 128) - suffixBits + bits };
}
