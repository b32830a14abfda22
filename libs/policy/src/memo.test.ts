import assert from "node:assert/strict";
import { test } from "node:test";
import { Memos, Source } from "./memo.ts";

test("a value is made again when, and only when, something that it was made of has changed", () => {
  const memos = new Memos();
  const [a, b] = [new Source(), new Source()];
  const made = { low: 0, other: 0, high: 0 };
  let parity = 0;
  const low = memos.memo({
    level: 0,
    make: () => {
      made.low += 1;
      a.read();
      return parity % 2;
    },
    same: (x, y) => x === y,
  });
  const other = memos.memo({
    level: 0,
    make: () => {
      made.other += 1;
      b.read();
      return made.other;
    },
  });
  const high = memos.memo({
    level: 1,
    make: () => {
      made.high += 1;
      return low.get() + other.get();
    },
  });
  assert.equal(high.get(), 1);
  parity = 2;
  a.touch();
  memos.settle();
  assert.deepEqual(
    [high.get(), made],
    [1, { low: 2, other: 1, high: 1 }],
    "what comes out as it was ends there",
  );
  parity = 3;
  a.touch();
  b.touch();
  memos.settle();
  assert.deepEqual(
    [high.get(), made],
    [3, { low: 3, other: 2, high: 2 }],
    "both are made before what is made of them",
  );
});

test("what nothing is made of any more lets go of what it was made of", () => {
  const memos = new Memos();
  const gone: string[] = [];
  const source = new Source(() => gone.push("source"));
  const low = memos.memo({ level: 0, make: () => source.read(), onUnused: () => gone.push("low") });
  const high = memos.memo({ level: 1, make: () => low.get() });
  high.get();
  high.drop();
  assert.deepEqual([gone, source.users.size], [["source", "low"], 0]);
});

test("a value whose making failed is tried again, and keeps nothing from being settled", () => {
  const memos = new Memos();
  const source = new Source();
  let failing = false;
  const memo = memos.memo({
    level: 0,
    make: () => {
      source.read();
      if (failing) throw new Error("no");
      return "yes";
    },
  });
  assert.equal(memo.get(), "yes");
  failing = true;
  source.touch();
  assert.throws(() => memos.settle(), /no/);
  assert.throws(() => memo.get(), /no/);
  failing = false;
  memos.settle();
  assert.equal(memo.get(), "yes");
});
