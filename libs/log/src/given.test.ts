import { strict as assert } from "node:assert";
import { test } from "node:test";
import { specify } from "./given.ts";
import { allocated, numberDecider, released } from "./testing-events.ts";

const given = specify(numberDecider(2));

test("the specification of a decider holds what it says and fails what it does not", () => {
  given().when({ kind: "Take" }).then(allocated(1));
  given(allocated(1)).when({ kind: "Give", identity: 7 }).thenNothing();
  given(allocated(1, 2))
    .when({ kind: "Take" })
    .thenRefused("RESOURCE_EXHAUSTED", /no number/);
  assert.deepEqual(given(allocated(1), released(1)).state(), new Set());
  assert.deepEqual(given(allocated(1)).when({ kind: "Take" }).state(), new Set([1, 2]));

  assert.throws(() => given().when({ kind: "Take" }).then(allocated(2)));
  assert.throws(() => given().when({ kind: "Take" }).thenNothing());
  assert.throws(() => given().when({ kind: "Take" }).thenRefused("NOT_FOUND"));
  assert.throws(() => given(allocated(1, 2)).when({ kind: "Take" }).thenRefused("NOT_FOUND"));
});
