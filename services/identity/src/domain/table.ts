/**
 * A persistent map: `with` gives a new one and shares all but the touched buckets. A plain Map would be copied whole for
 * every event, which at 65,000 identities costs more than the append.
 */
export interface Table<Key extends string | number, Value> {
  readonly size: number;
  get(key: Key): Value | undefined;
  has(key: Key): boolean;
  entries(): IterableIterator<[Key, Value]>;
  /** The table after these changes; `undefined` removes a key. */
  with(changes: Iterable<readonly [Key, Value | undefined]>): Table<Key, Value>;
}

const bucketCount = 1024;

/** A table without entries. */
export function emptyTable<Key extends string | number, Value>(): Table<Key, Value> {
  return table<Key, Value>(Array(bucketCount).fill(new Map<Key, Value>()), 0);
}

function table<Key extends string | number, Value>(
  buckets: readonly ReadonlyMap<Key, Value>[],
  size: number,
): Table<Key, Value> {
  const bucket = (key: Key) => buckets[indexOf(key)] as ReadonlyMap<Key, Value>;
  return {
    size,
    get: (key) => bucket(key).get(key),
    has: (key) => bucket(key).has(key),
    entries: function* () {
      for (const entries of buckets) yield* entries;
    },
    with: (changes) => changed(buckets, size, changes),
  };
}

function changed<Key extends string | number, Value>(
  buckets: readonly ReadonlyMap<Key, Value>[],
  size: number,
  changes: Iterable<readonly [Key, Value | undefined]>,
): Table<Key, Value> {
  const next = buckets.slice();
  const own = new Map<number, Map<Key, Value>>();
  let count = size;
  for (const [key, value] of changes) {
    const index = indexOf(key);
    const bucket = own.get(index) ?? new Map(buckets[index]);
    own.set(index, bucket);
    next[index] = bucket;
    count -= bucket.size;
    if (value === undefined) bucket.delete(key);
    else bucket.set(key, value);
    count += bucket.size;
  }
  return table(next, count);
}

/** FNV-1a for texts (Fowler, Noll, Vo); numbers are dense already. */
function indexOf(key: string | number): number {
  if (typeof key === "number") return key % bucketCount;
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % bucketCount;
}
