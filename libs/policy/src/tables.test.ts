import assert from "node:assert/strict";
import { test } from "node:test";
import { WeftError } from "@weft/netaddr";
import { weft } from "@weft/proto";
import { type PodText, viewOf } from "../test/world.ts";
import { policyLimits, rulesFor, tableMapEntries, tableSizes, tables } from "./index.ts";

function pod(name: string, labels: Record<string, string>, last: number): PodText {
  const ports = [{ name: "web", protocol: "TCP" as const, port: 8080 }];
  return { namespace: "x", name, labels, addresses: [`fd00::${last}`, `10.0.0.${last}`], ports };
}

function policy(name: string, spec: object) {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: "x" },
    spec,
  };
}

const pods = [pod("a", { app: "a" }, 1), pod("b", { app: "b" }, 2), pod("c", { app: "c" }, 3)];

function tablesOf(...policies: unknown[]) {
  const view = viewOf({ pods, namespaces: {}, policies });
  const [first] = view.endpoints;
  assert.ok(first !== undefined);
  return tables(rulesFor(first, view));
}

const empty = {
  enforced: false,
  identities: [],
  addresses: [],
  ports: [],
  identityClasses: 1,
  addressClasses: 1,
  portClasses: 1,
  verdicts: [],
};

test("a direction that no policy selects is not enforced and empty", () => {
  const { ingress, egress } = tablesOf(
    policy("p", { podSelector: { matchLabels: { app: "b" } }, egress: [{}] }),
  );
  assert.deepEqual([ingress, egress], [empty, empty]);
});

test("a rule becomes a class of identities, a class of ports and one verdict that allows", () => {
  const from = [{ podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["b", "c"] }] } }];
  const { ingress, egress } = tablesOf(
    policy("p", { podSelector: {}, ingress: [{ from, ports: [{ port: "web" }] }] }),
  );
  const [none, host] = [
    { allow: false, rule: 0, revision: 100 },
    { allow: true, rule: 0, revision: 100 },
  ];
  assert.deepEqual(egress, empty);
  assert.deepEqual(ingress, {
    enforced: true,
    identities: [
      { identity: 1, class: 1 },
      { identity: 257, class: 2 },
      { identity: 258, class: 2 },
    ],
    addresses: [],
    ports: [{ protocol: 6, from: 8080, to: 8080, class: 1 }],
    identityClasses: 3,
    addressClasses: 1,
    portClasses: 2,
    verdicts: [none, none, host, host, none, { allow: true, rule: 1, revision: 100 }],
  });
});

test("tables are weft.v1.PolicyTables and survive the wire", () => {
  const to = [{ ipBlock: { cidr: "::/0", except: ["fd00::/64"] } }];
  const made = tablesOf(
    policy("p", { podSelector: {}, egress: [{ to, ports: [{ protocol: "UDP", port: 53 }] }] }),
  );
  const bytes = weft.v1.PolicyTables.encode(made).finish();
  const back = weft.v1.PolicyTables.decode(bytes);
  assert.deepEqual(
    back.egress?.verdicts?.map(({ allow, rule, revision }) => ({ allow, rule, revision })),
    made.egress.verdicts,
  );
  assert.deepEqual(Buffer.from(weft.v1.PolicyTables.encode(back).finish()), Buffer.from(bytes));
  assert.equal(made.egress.addresses.length, 3, "IPv4 is cut out of ::/0");
});

test("overlapping ranges of ports become disjoint ones, and neighbours that mean the same become one", () => {
  const ports = [
    { protocol: "TCP", port: 10, endPort: 20 },
    { protocol: "TCP", port: 15, endPort: 30 },
  ];
  const one = tablesOf(policy("p", { podSelector: {}, ingress: [{ ports }] }));
  assert.deepEqual(one.ingress.ports, [{ protocol: 6, from: 10, to: 30, class: 1 }]);
  const two = tablesOf(policy("p", { podSelector: {}, ingress: ports.map((range) => ({ ports: [range] })) }));
  assert.deepEqual(
    two.ingress.ports.map(({ from, to }) => [from, to]),
    [
      [10, 20],
      [21, 30],
    ],
    "the first rule keeps what both allow",
  );
});

test("a rule that an earlier one covers leaves no trace", () => {
  const all = policy("a", { podSelector: {}, ingress: [{}] });
  const more = policy("b", {
    podSelector: {},
    ingress: [{ ports: [{ port: 80 }] }, { from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }],
  });
  const { verdicts: _, ...without } = tablesOf(all).ingress;
  const { verdicts: __, ...covered } = tablesOf(all, more).ingress;
  assert.deepEqual(covered, without);
});

test("map entries are the bytes of abi/policy.h", () => {
  const ingress = [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 80, endPort: 82 }] }];
  const entries = tableMapEntries(
    tablesOf(policy("p", { podSelector: {}, ingress, egress: [], policyTypes: ["Ingress", "Egress"] })),
  );
  const hex = ({ key, value }: { key: Uint8Array; value: Uint8Array }) =>
    `${Buffer.from(key).toString("hex")} ${Buffer.from(value).toString("hex")}`;
  assert.deepEqual(entries.identityClasses.map(hex), [
    "0100000000000000 01000000",
    "0100000001000000 01000000",
  ]);
  assert.deepEqual(entries.addressClasses.map(hex), [
    // 8 + 96 + 8 bits; direction 0; ::ffff:10.0.0.0; padding
    "70000000" + "00" + "00000000000000000000ffff0a000000" + "000000" + " 01000000",
  ]);
  assert.deepEqual(entries.portClasses.map(hex), ["1f00000000060050 01000000", "2000000000060052 01000000"]);
  assert.deepEqual(entries.verdictBase, [0, 8]);
  assert.deepEqual(entries.addressClassCount, [2, 1]);
  assert.deepEqual(entries.portClassCount, [2, 1]);
  assert.equal(entries.verdicts.length, 10);
  // base 0 + (identity 0 * 2 + address 1) * 2 + port 1: revision 100, rule 1, allowed
  assert.equal(
    hex(entries.verdicts[3] ?? { key: Buffer.of(), value: Buffer.of() }),
    "03000000 64000000000000000100000001000000",
  );
});

test("a policy that a container's maps cannot hold is refused with the numbers", () => {
  const ports = Array.from({ length: 5000 }, (_, n) => ({ port: 1 + 2 * n }));
  const blocks = Array.from({ length: 4097 }, (_, n) => ({
    ipBlock: { cidr: `10.${n >> 8}.${n & 255}.0/24` },
  }));
  const cross = Array.from({ length: 300 }, (_, n) => ({
    from: [{ ipBlock: { cidr: `10.0.${n >> 8}.${n & 255}/32` } }],
    ports: [{ port: n + 1 }],
  }));
  const cases: [object[], string][] = [
    [[{ ports }], "need 5000 port prefixes, a container has 4096"],
    [[{ from: blocks }], "need 4097 address prefixes, a container has 4096"],
    [cross, "need 181202 verdicts (identity x address x port classes: ingress 2 x 301 x 301"],
  ];
  for (const [ingress, numbers] of cases) {
    assert.throws(
      () => tablesOf(policy("p", { podSelector: {}, ingress })),
      (thrown) =>
        thrown instanceof WeftError &&
        thrown.code === "RESOURCE_EXHAUSTED" &&
        thrown.message.includes(numbers),
      numbers,
    );
  }
  const fits = tablesOf(policy("p", { podSelector: {}, ingress: [{ ports: ports.slice(0, 4096) }] }));
  assert.deepEqual(tableSizes(fits), {
    identities: 1,
    addressPrefixes: 0,
    portPrefixes: policyLimits.portPrefixes,
    verdicts: 4,
  });
});
