import assert from "node:assert/strict";
import { test } from "node:test";
import { openLedger } from "./ledger.ts";

test("what stays wrong keeps its time, and what comes again after it was over gets a new one", () => {
  let now = 1;
  const ledger = openLedger(() => now);
  ledger.note("a", ["x"]);
  now = 2;
  assert.deepEqual(ledger.note("a", ["y", "x", "y"]), [
    { what: "y", sinceMs: 2 },
    { what: "x", sinceMs: 1 },
  ]);
  assert.deepEqual(ledger.note("b", []), [], "observers are apart");
  now = 3;
  ledger.note("a", ["y"]);
  assert.deepEqual(ledger.note("a", ["x"]), [{ what: "x", sinceMs: 3 }]);
});
