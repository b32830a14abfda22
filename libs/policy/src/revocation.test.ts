import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDiagnostic } from "@weft/manifest";
import { goodPolicy, policyOf, viewOf } from "../test/world.ts";
import { parseRevocation, rulesFor } from "./index.ts";

const policy = (annotations: object) =>
  JSON.stringify({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "p", annotations },
  });

test("a drain is a duration as Go writes it, in whole seconds up to a day", () => {
  const good: [string, number][] = [
    ["drain=1s", 1],
    ["drain=30s", 30],
    ["drain=1m30s", 90],
    ["drain=1.5h", 5400],
    ["drain=2000ms", 2],
    ["drain=24h", 86_400],
  ];
  for (const [text, seconds] of good) assert.deepEqual(parseRevocation(text), { mode: "drain", seconds });
  for (const text of ["", "Cut", "drain", "drain=", "drain=30", "drain=0s", "drain=500ms", "drain=24h1s"])
    assert.equal(parseRevocation(text), undefined, text);
});

test("a policy cuts unless its annotation says otherwise", () => {
  assert.deepEqual(goodPolicy(policy({})).revocation, { mode: "cut" });
  assert.deepEqual(goodPolicy(policy({ "weft/on-revoke": "keep" })).revocation, { mode: "keep" });
  assert.deepEqual(goodPolicy(policy({ "weft/on-revoke": "drain=5s" })).revocation, {
    mode: "drain",
    seconds: 5,
  });
});

test("a revocation that is none is refused with its field", () => {
  const found = policyOf(policy({ "weft/on-revoke": "drain=2d" }));
  assert.ok(Array.isArray(found));
  assert.match(
    found.map(formatDiagnostic).join(),
    /metadata.annotations\["weft\/on-revoke"\]: is "drain=2d" \(expected cut, keep or drain=DURATION/,
  );
});

test("of several policies the strictest decides, for each direction alone", () => {
  const spec = (types: string[]) => ({ podSelector: {}, policyTypes: types });
  const make = (name: string, onRevoke: string, types: string[]) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: "x", annotations: { "weft/on-revoke": onRevoke } },
    spec: spec(types),
  });
  const pods = [{ namespace: "x", name: "a", labels: {}, addresses: ["fd00::1"], ports: [] }];
  const of = (...policies: unknown[]) => {
    const view = viewOf({ pods, namespaces: {}, policies });
    const [pod] = view.endpoints;
    assert.ok(pod !== undefined);
    const { ingress, egress } = rulesFor(pod, view);
    return [ingress.revocation, egress.revocation];
  };
  const both = ["Ingress", "Egress"];
  const drains = [make("a", "drain=1m", both), make("b", "drain=20s", ["Ingress"]), make("c", "keep", both)];
  assert.deepEqual(of(...drains), [
    { mode: "drain", seconds: 20 },
    { mode: "drain", seconds: 60 },
  ]);
  assert.deepEqual(of(...drains, make("d", "cut", ["Egress"])), [
    { mode: "drain", seconds: 20 },
    { mode: "cut" },
  ]);
});

test("an annotation of Weft's that there is not is refused, and other people's are theirs", () => {
  const found = policyOf(policy({ "weft/onrevoke": "keep" }));
  assert.ok(Array.isArray(found));
  assert.match(
    found.map(formatDiagnostic).join(),
    /metadata.annotations\["weft\/onrevoke"\]: is no annotation/,
  );
  assert.deepEqual(goodPolicy(policy({ "example.org/weft": "keep" })).revocation, { mode: "cut" });
});
