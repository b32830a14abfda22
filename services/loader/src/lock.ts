/** Runs work for one key at a time, in the order in which it came. */
export function keyedLock(): <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return async (keys, work) => {
    const before = keys.map((key) => tails.get(key));
    const turn = Promise.allSettled(before).then(work);
    const tail = turn.catch(() => undefined);
    for (const key of keys) tails.set(key, tail);
    try {
      return await turn;
    } finally {
      for (const key of keys) if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
