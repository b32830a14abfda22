import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isWeftError, toWeftError, WeftError } from "./error.ts";
import { labelKey, sameLabels, validateLabels } from "./labels.ts";
import { formatMac, parseMac, randomMac } from "./mac.ts";

const sets = fc.dictionary(
  fc.string({ unit: fc.constantFrom(..."ab,=%") }),
  fc.string({ unit: fc.constantFrom(..."ab,=%2c") }),
);

test("two label sets have one key exactly when they are equal", () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const equal = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
      assert.equal(labelKey(a) === labelKey(b), equal);
      assert.ok(sameLabels(a, Object.fromEntries(Object.entries(a).reverse())));
    }),
  );
  assert.equal(labelKey({ b: "2", "app.kubernetes.io/a": "1" }), "app.kubernetes.io/a=1,b=2");
});

test("labels that Kubernetes takes are taken, others are refused by name", () => {
  validateLabels({ app: "web", "app.kubernetes.io/name": "", "io.kubernetes.pod.namespace": "kube-system" });
  for (const key of ["", "-a", "a b", "a/b/c", "Upper.org/a", "/a", "a".repeat(64)]) {
    assert.throws(
      () => validateLabels({ [key]: "x" }),
      (error) => isWeftError(error, "INVALID_ARGUMENT"),
      key,
    );
  }
  assert.throws(
    () => validateLabels({ app: "web shop" }, "spec.labels"),
    (error) => isWeftError(error) && error.field === 'spec.labels["app"]',
  );
});

test("a MAC read from its text is the same MAC; a made one is unicast and local", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (mac) =>
      assert.deepEqual(parseMac(formatMac(mac)), mac),
    ),
  );
  assert.equal(formatMac(parseMac("02:57:45:46:54:0A")), "02:57:45:46:54:0a");
  for (let round = 0; round < 100; round += 1) assert.equal((randomMac()[0] ?? 0) & 3, 2);
  for (const text of ["", "02:57:45:46:54", "02-57-45-46-54-01", "2:57:45:46:54:1"])
    assert.throws(() => parseMac(text));
});

test("whatever is caught becomes one error type that keeps its cause", () => {
  const refused = new WeftError("NOT_FOUND", "no such host", { field: "host" });
  assert.equal(toWeftError(refused), refused);
  assert.equal(toWeftError(AbortSignal.abort().reason).code, "CANCELLED");
  const cause = new Error("disk");
  assert.equal(toWeftError(cause).code, "INTERNAL");
  assert.equal(toWeftError(cause).cause, cause);
});
