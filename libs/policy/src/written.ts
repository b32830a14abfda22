// A peer or a port of a rule may stand for a part of what was written, or be one of several that it stands for.

const places = new WeakMap<object, number>();

/** Notes of which item of a manifest's list these values were made; gives them back. */
export function noteWritten<T extends object>(made: readonly T[], item: number): readonly T[] {
  for (const one of made) places.set(one, item);
  return made;
}

/** Of which item of its list a value was made; undefined: it was not read from a manifest. */
export function writtenAs(made: object): number | undefined {
  return places.get(made);
}
