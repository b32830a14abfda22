// fast-check generators for the tests of this package.
import fc from "fast-check";
import { type Address, familyBits } from "./address.ts";
import { type Prefix, prefixOf } from "./prefix.ts";

const value6 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  // Runs of zero groups are what the canonical text is about.
  fc
    .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n)),
);

/** Any address of either family. */
export const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  value6.map((value) => ({ family: 6 as const, value })),
  fc.bigInt({ min: 0n, max: 0xffffffffn }).map((value) => ({ family: 4 as const, value })),
);

/** Any prefix of either family. */
export const anyPrefix: fc.Arbitrary<Prefix> = anyAddress.chain((address) =>
  fc.integer({ min: 0, max: familyBits(address.family) }).map((length) => prefixOf(address, length)),
);
