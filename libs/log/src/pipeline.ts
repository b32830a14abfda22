/**
 * Does work for each item, so many at once; the results are in the order of the items. After the first failure, or when the signal
 * aborts, nothing more is begun, and what is under way is waited for.
 */
export async function pipeline<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const faults: unknown[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length && faults.length === 0) {
      const index = next++;
      try {
        signal?.throwIfAborted();
        results[index] = await work(items[index] as Item);
      } catch (fault) {
        faults.push(fault);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, run));
  if (faults.length > 0) throw faults[0];
  return results;
}
