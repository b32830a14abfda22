/** Which of the numbered sets (peers, or ports) hold a key: keys with the same sets are of one class. */
export type Groups = readonly number[];

/** Keys of one dimension of the matrix with their classes. */
export interface Dimension<Entry> {
  /** In canonical order; classes are numbered from 1 in order of appearance. */
  readonly entries: readonly Entry[];
  /** By class; class 0 is in no set. */
  readonly sets: readonly Groups[];
}

/** Gives equal sets equal class numbers; the empty set is class 0. */
export function classifier(): { classOf(groups: Iterable<number>): number; sets: Groups[] } {
  const known = new Map<string, number>([["", 0]]);
  const sets: Groups[] = [[]];
  const classOf = (groups: Iterable<number>): number => {
    const sorted = [...new Set(groups)].sort((a, b) => a - b);
    const key = sorted.join();
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, sets.length);
    return sets.push(sorted) - 1;
  };
  return { classOf, sets };
}
