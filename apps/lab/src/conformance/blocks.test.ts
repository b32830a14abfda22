import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatPrefix,
  isWeftError,
  makeAddress,
  type Prefix,
  parsePrefix,
  prefixContains,
  prefixOf,
} from "@weft/netaddr";
import fc from "fast-check";
import { layOut, suffixAddress, suffixesOf, suffixPrefix } from "./blocks.ts";

const host = parsePrefix("10.77.0.0/24");

const block = fc
  .record({ value: fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }), length: fc.integer({ min: 1, max: 32 }) })
  .map(({ value, length }) => formatPrefix(prefixOf(makeAddress(4, value), length)));

test("law: blocks that lie in each other, or apart, do so in the lab", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 4 }), (blocks) => {
      const { ranges } = layOut(blocks);
      const placed = (text: string): Prefix => suffixPrefix(host, ranges.get(text) ?? assert.fail(text));
      for (const a of blocks) {
        for (const b of blocks) {
          const inside = prefixContains(parsePrefix(a), parsePrefix(b));
          assert.equal(prefixContains(placed(a), placed(b)), inside, `${b} in ${a}`);
        }
      }
    }),
  );
});

test("law: each block has addresses of its own that no smaller one has, and so has the outside", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 4 }), (blocks) => {
      const { ranges, regions } = layOut(blocks);
      const distinct = [...new Set(blocks)].map((text) =>
        suffixPrefix(host, ranges.get(text) ?? assert.fail()),
      );
      assert.equal(regions.length, distinct.length + 1);
      const homes = regions.map((region) => {
        const [first] = suffixesOf(region);
        assert.ok(first !== undefined);
        const address = suffixAddress(host, first);
        return distinct
          .filter((one) => prefixContains(one, address))
          .map(formatPrefix)
          .sort()
          .join();
      });
      assert.equal(new Set(homes).size, regions.length, "two regions in the same blocks");
    }),
  );
});

test("a block of all addresses has no place, and more blocks than fit are refused", () => {
  assert.equal(layOut(["0.0.0.0/0", "::/0"]).ranges.size, 0);
  const many = Array.from({ length: 200 }, (_, index) => `10.${index}.0.0/16`);
  assert.throws(
    () => layOut(many),
    (error) => isWeftError(error, "RESOURCE_EXHAUSTED"),
  );
});
