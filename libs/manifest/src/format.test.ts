import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatManifest } from "./format.ts";
import { parseManifests } from "./parse.ts";

test("what is written as YAML is read back as the same value", () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("yes", "0777", "1e3", "null", "~", "- a", "a: b", "2001:db8::1"),
  );
  const data = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(text, fc.array(text)), {
    noNullPrototype: true,
  });
  const law = fc.property(data, (data) => {
    // A merge key is an instruction, not a field.
    fc.pre(!Object.hasOwn(data, "<<") && !Object.hasOwn(data, "__proto__"));
    const value = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data };
    const { resources, diagnostics } = parseManifests([{ file: "a", text: formatManifest(value) }]);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(resources[0]?.value, value);
  });
  fc.assert(law);
});

test("one value used twice is written out twice", () => {
  const labels = { app: "web" };
  assert.doesNotMatch(formatManifest({ one: labels, other: labels }), /[&*]/);
});
