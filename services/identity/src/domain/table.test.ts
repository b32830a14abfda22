import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyTable } from "./table.ts";

test("law: a table holds what a Map holds, and an older table is not changed by a newer one", () => {
  const change = fc.tuple(fc.string({ maxLength: 3 }), fc.option(fc.nat(), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(fc.array(change)), (rounds) => {
      let table = emptyTable<string, number>();
      const model = new Map<string, number>();
      for (const round of rounds) {
        const before = table;
        const entriesBefore = sorted(before.entries());
        table = table.with(round);
        for (const [key, value] of round) {
          if (value === undefined) model.delete(key);
          else model.set(key, value);
        }
        assert.deepEqual(sorted(before.entries()), entriesBefore);
        assert.deepEqual(sorted(table.entries()), sorted(model.entries()));
        assert.equal(table.size, model.size);
      }
    }),
  );
});

function sorted(entries: Iterable<[string, number]>): [string, number][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
