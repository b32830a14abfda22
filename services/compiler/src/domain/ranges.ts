import type { MappedPrefix } from "./tables.ts";

/** All values from `start` up to the next range's start have this class. */
export interface Range {
  readonly start: bigint;
  readonly class: number;
}

const addressBits = 128;

/**
 * Prefixes of which the longest decides, as ranges that cover the whole address space in order. Neighbours have different
 * classes; what no prefix holds has class 0.
 */
export function addressRanges(
  entries: readonly { readonly prefix: MappedPrefix; readonly class: number }[],
): Range[] {
  const end = ({ value, length }: MappedPrefix): bigint => value + (1n << BigInt(addressBits - length));
  const sorted = entries.toSorted((a, b) => compare(a.prefix.value, b.prefix.value) || length(a) - length(b));
  const ranges: Range[] = [];
  const open: { end: bigint; class: number }[] = [];
  const begin = (start: bigint): void => {
    if (start >> BigInt(addressBits) !== 0n) return;
    const now = open.at(-1)?.class ?? 0;
    if (ranges.at(-1)?.start === start) ranges.pop();
    if (ranges.length === 0 ? start === 0n || now !== 0 : ranges.at(-1)?.class !== now) {
      ranges.push({ start, class: now });
    }
  };
  begin(0n);
  const closeUntil = (limit: bigint): void => {
    for (let last = open.at(-1); last !== undefined && last.end <= limit; last = open.at(-1)) {
      open.pop();
      begin(last.end);
    }
  };
  for (const { prefix, class: value } of sorted) {
    closeUntil(prefix.value);
    open.push({ end: end(prefix), class: value });
    begin(prefix.value);
  }
  closeUntil(1n << BigInt(addressBits));
  return ranges;
}

/** Ranges of one protocol's ports, covering 0..65535; what is not named has class 0. */
export function portRanges(
  entries: readonly { readonly from: number; readonly to: number; readonly class: number }[],
): Range[] {
  const ranges: Range[] = [];
  const begin = (start: number, value: number): void => {
    const last = ranges.at(-1);
    if (start > 65_535 || last?.class === value) return;
    ranges.push({ start: BigInt(start), class: value });
  };
  let next = 0;
  for (const { from, to, class: value } of entries.toSorted((a, b) => a.from - b.from)) {
    if (from > next) begin(next, 0);
    begin(from, value);
    next = to + 1;
  }
  begin(next, 0);
  return ranges;
}

function length(entry: { readonly prefix: MappedPrefix }): number {
  return entry.prefix.length;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
