import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressRanges, portRanges, type Range } from "./ranges.ts";

const bits = 128n;

function at(ranges: readonly Range[], value: bigint): number {
  return ranges.findLast(({ start }) => start <= value)?.class ?? 0;
}

// Few bits, so that prefixes meet: the upper 124 are one of two patterns.
const prefix = fc
  .record({
    high: fc.constantFrom(0n, 0xffff0an),
    low: fc.bigInt(0n, 15n),
    length: fc.integer({ min: 124, max: 128 }),
  })
  .map(({ high, low, length }) => {
    const host = bits - BigInt(length);
    return { value: ((high << 4n) | low) & ~((1n << host) - 1n), length };
  });
const entry = fc.record({ prefix, class: fc.integer({ min: 0, max: 3 }) });
const entries = fc.uniqueArray(entry, {
  maxLength: 8,
  selector: ({ prefix: { value, length } }) => `${value}/${length}`,
});

test("law: at every address the class is that of the longest prefix", () => {
  fc.assert(
    fc.property(entries, (all) => {
      const ranges = addressRanges(all);
      for (const high of [0n, 0xffff0an]) {
        for (let low = -1n; low <= 16n; low += 1n) {
          const value = (high << 4n) + low;
          if (value < 0n) continue;
          const holding = all.filter(({ prefix: { value: start, length } }) => {
            const host = bits - BigInt(length);
            return value >> host === start >> host;
          });
          const longest = holding.toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
          assert.equal(at(ranges, value), longest?.class ?? 0);
        }
      }
    }),
  );
});

test("law: ranges start at zero, rise, and neighbours differ", () => {
  fc.assert(
    fc.property(entries, (all) => {
      const ranges = addressRanges(all);
      assert.equal(ranges[0]?.start, 0n);
      for (const [index, range] of ranges.entries()) {
        const before = ranges[index - 1];
        if (before === undefined) continue;
        assert.ok(before.start < range.start);
        assert.notEqual(before.class, range.class);
      }
    }),
  );
});

test("the whole address space and its last address are ranges like others", () => {
  const all = { value: 0n, length: 0 };
  const last = { value: (1n << bits) - 1n, length: 128 };
  assert.deepEqual(
    addressRanges([
      { prefix: all, class: 1 },
      { prefix: last, class: 2 },
    ]),
    [
      { start: 0n, class: 1 },
      { start: last.value, class: 2 },
    ],
  );
});

test("ports between ranges have class 0, also the first and the last", () => {
  assert.deepEqual(portRanges([]), [{ start: 0n, class: 0 }]);
  assert.deepEqual(
    portRanges([
      { from: 443, to: 65_535, class: 2 },
      { from: 80, to: 81, class: 1 },
      { from: 82, to: 90, class: 1 },
    ]),
    [
      { start: 0n, class: 0 },
      { start: 80n, class: 1 },
      { start: 91n, class: 0 },
      { start: 443n, class: 2 },
    ],
  );
});
