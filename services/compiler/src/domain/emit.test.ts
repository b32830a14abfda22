import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import { emitPolicy, maxBranches } from "./emit.ts";
import { readTables } from "./tables.ts";

const denied = { allow: false, rule: 0, revision: 3 };
const allowed = { allow: true, rule: 1, revision: 3 };
const table = {
  enforced: true,
  identities: [
    { identity: 300, class: 1 },
    { identity: 301, class: 1 },
  ],
  identityClasses: 2,
  addressClasses: 1,
  portClasses: 1,
  verdicts: [denied, allowed],
};

test("identities of one class share a branch", () => {
  const text = emitPolicy(readTables({ ingress: table }));
  assert.match(text, /case 300:\n\tcase 301:\n\t\treturn 1;/);
});

test("equal tables give equal text", () => {
  const twin = structuredClone(table);
  assert.equal(emitPolicy(readTables({ ingress: table })), emitPolicy(readTables({ ingress: twin })));
});

test("rules that were applied again give the same text", () => {
  const later = { ...table, verdicts: table.verdicts.map((verdict) => ({ ...verdict, revision: 99 })) };
  assert.equal(emitPolicy(readTables({ ingress: table })), emitPolicy(readTables({ ingress: later })));
});

test("a policy of more branches than it is worth is refused with the numbers", () => {
  const identities = Array.from({ length: maxBranches + 1 }, (_, n) => ({ identity: 256 + n, class: 1 }));
  assert.throws(
    () => emitPolicy(readTables({ egress: { ...table, identities } })),
    (error) => isWeftError(error, "RESOURCE_EXHAUSTED") && /10\d\d branches/.test(error.message),
  );
});

test("tables that contradict themselves are refused by field", () => {
  const cases: [object, string][] = [
    [{ verdicts: [denied] }, "policy.ingress.verdicts"],
    [{ identities: [{ identity: 300, class: 2 }] }, "policy.ingress.identities"],
    [{ identities: [{ identity: 9 }, { identity: 9, class: 1 }] }, "policy.ingress.identities"],
    [{ ports: [{ protocol: 6, from: 9, to: 8 }] }, "policy.ingress.ports"],
    [
      {
        ports: [
          { protocol: 6, from: 1, to: 5 },
          { protocol: 6, from: 5, to: 6 },
        ],
      },
      "policy.ingress.ports",
    ],
    [
      { addresses: [{ prefix: { address: Uint8Array.of(10, 1, 0, 1), length: 16 } }] },
      "policy.ingress.addresses",
    ],
    [{ addresses: [{ prefix: { address: Uint8Array.of(10), length: 8 } }] }, "policy.ingress.addresses"],
  ];
  for (const [change, field] of cases) {
    assert.throws(
      () => readTables({ ingress: { ...table, ...change } }),
      (error) => isWeftError(error, "INVALID_ARGUMENT") && error.field === field,
    );
  }
});
