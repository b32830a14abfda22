/** Something that is wrong, and since when it is known to be. */
export interface Problem {
  readonly what: string;
  readonly sinceMs: number;
}

/** Remembers since when things are wrong. */
export interface Ledger {
  /** All that is wrong now in the eyes of one observer, in order; what it does not name any more is over. */
  note(observer: string, lines: readonly string[]): Problem[];
}

/** An empty ledger. */
export function openLedger(now: () => number = Date.now): Ledger {
  const books = new Map<string, ReadonlyMap<string, number>>();
  return {
    note(observer, lines) {
      const before = books.get(observer);
      const book = new Map(lines.map((line) => [line, before?.get(line) ?? now()]));
      books.set(observer, book);
      return [...book].map(([what, sinceMs]) => ({ what, sinceMs }));
    },
  };
}
