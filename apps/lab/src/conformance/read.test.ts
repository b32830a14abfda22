import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { readCases } from "./read.ts";
import { oneStep, policy, shippedCases } from "./testing.ts";

function findingsOf(text: string): string[] {
  try {
    readCases(text, "f.json");
  } catch (error) {
    if (!isWeftError(error, "INVALID_ARGUMENT")) throw error;
    return (error.diagnostics ?? []).map(({ field, message }) => `${field}: ${message}`);
  }
  return [];
}

test("the cases that the repository ships are read whole", () => {
  const cases = readCases(shippedCases(), "cases.json");
  assert.equal(cases.length, 112);
  assert.equal(cases.flatMap(({ steps }) => steps).length, 122);
});

test("what is left out has a default, so that a hand-written case is short", () => {
  const [one] = readCases(oneStep(), "f.json");
  assert.deepEqual(one?.tags, []);
  assert.deepEqual(one?.steps[0]?.actions, []);
  assert.deepEqual(one?.steps[0]?.probe, { AllAvailable: true });
});

const empty = policy({ podSelector: {} });

const wrong: readonly (readonly [string, string, RegExp])[] = [
  ["text that is no JSON", "[{", /^: not JSON: /],
  ["another kind of document", "{}", /^: /],
  ["no case at all", "[]", /^: /],
  ["an unknown field", oneStep({ expected: [] }), /^\[0\]\.steps\[0\]\.expected: unknown field/],
  ["a missing field", oneStep({ blocked: undefined }), /^\[0\]\.steps\[0\]\.blocked: /],
  ["a cell that is none", oneStep({ blocked: ["x/a>x/b"] }), /^\[0\]\.steps\[0\]\.blocked\[0\]: /],
  ["a cell of a pod that is not there", oneStep({ blocked: ["x/a>x/q:80/TCP"] }), /no pod x\/q/],
  [
    "a cell of an impossible port",
    oneStep({ blocked: ["x/a>x/b:70000/TCP"] }),
    /blocked\[0\]: its port is 70000/,
  ],
  [
    "a cell that the step does not try",
    oneStep({ probe: { PortProtocol: { Protocol: "TCP", Port: 81 } } }),
    /blocked\[0\]: is not tried in this step/,
  ],
  [
    "a port to try whose name says nothing",
    oneStep({ probe: { PortProtocol: { Protocol: "TCP", Port: "serve-80-udp" } } }),
    /probe\.PortProtocol\.Port: is serve-80-udp/,
  ],
  ["a policy that is there twice", oneStep({ policies: [empty, empty] }), /policies\[1\]: .* a second time/],
  ["a name of a namespace", oneStep({ namespaces: { x: {}, "A B": {} } }), /namespaces\["A B"\]: /],
  ["a pod without its namespace", oneStep({ namespaces: {} }), /pods\["x\/a"\]: its namespace is not/],
  ["an unknown action", oneStep({ actions: [{ Reboot: {} }] }), /actions\[0\]\.Reboot: unknown field/],
  ["two actions in one", oneStep({ actions: [{}] }), /actions\[0\]: must be one action/],
  [
    "a field of a policy that nobody knows",
    oneStep({ policies: [policy({ podSelectr: {} })] }),
    /^\[0\]\.steps\[0\]\.policies\[0\]\.spec\.podSelectr: unknown field/,
  ],
  [
    "a manifest that is no policy",
    oneStep({ policies: [{ apiVersion: "v1", kind: "Service", metadata: { name: "s", namespace: "x" } }] }),
    /^\[0\]\.steps\[0\]\.policies\[0\]\.kind: no policy/,
  ],
  [
    "a policy with an impossible block",
    oneStep({
      policies: [policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "1.2.3.4/40" } }] }] })],
    }),
    /^\[0\]\.steps\[0\]\.policies\[0\]\.spec\.ingress\[0\]\.from\[0\]\.ipBlock\.cidr: /,
  ],
];

for (const [what, text, place] of wrong) {
  test(`${what} is refused with the path of the field`, () => {
    const found = findingsOf(text);
    assert.ok(
      found.some((one) => place.test(one)),
      found.join("\n"),
    );
  });
}
