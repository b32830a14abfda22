/** A source of random things that a seed repeats. */
export interface Random {
  /** 0 to n - 1. */
  below(n: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/** Mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (n: number): number => next() % n;
  return {
    below,
    chance: (probability) => next() < probability * 2 ** 32,
    pick: (from) => {
      const [first] = from;
      return from[below(from.length)] ?? (first as (typeof from)[number]);
    },
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  };
}

const telling = [0, 1, 4, 5, 6, 8, 15, 20, 40, 44, 58, 60, 63, 64, 127, 128, 254, 255];

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    const at = random.below(bytes.length);
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
  },
  (bytes, random) => bytes.with(random.below(bytes.length), random.pick(telling)),
  // Headers are where the decisions are.
  (bytes, random) => bytes.with(random.below(Math.min(bytes.length, 100)), random.below(256)),
  (bytes, random) => bytes.slice(0, 14 + random.below(bytes.length - 13)),
  (bytes, random) => Uint8Array.from([...bytes, ...random.bytes(random.below(80))]),
  (bytes, random) => {
    const at = 14 + random.below(bytes.length - 13);
    const [inserted, left] = [random.bytes(random.below(16)), random.below(8)];
    return Uint8Array.from([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at + left)]);
  },
];

/** The packet with one to four mistakes in it; never shorter than an Ethernet header. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated = bytes;
  for (let left = 1 + random.below(4); left > 0; left -= 1) mutated = random.pick(mutations)(mutated, random);
  return mutated;
}
