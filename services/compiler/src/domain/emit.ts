import { WeftError } from "@weft/netaddr";
import { addressRanges, portRanges, type Range } from "./ranges.ts";
import type { PortClass, Table, Tables, Verdict } from "./tables.ts";

/** Branches beyond which looking a policy up in maps is as fast as walking them (KERNEL.md, section 3). */
export const maxBranches = 1024;

/** Include name of the policy: the generated file takes the place of tables/policy_lookup.h. */
export const policyFile = "policy_lookup.h";

/**
 * A container's policy as C: classes by binary decision, then the verdict by nested switches. Same verdicts as the maps
 * would give. Throws RESOURCE_EXHAUSTED when it has more branches than it is worth.
 */
export function emitPolicy(tables: Tables): string {
  const branches = countBranches(tables.ingress) + countBranches(tables.egress);
  if (branches > maxBranches) {
    throw new WeftError("RESOURCE_EXHAUSTED", `the policy takes ${branches} branches`, {
      field: "policy",
      expected: `at most ${maxBranches}; larger policies stay in maps`,
    });
  }
  return [
    "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */",
    "/* Generated: one container's policy as branches. */",
    "#pragma once",
    '#include "base/address.h"',
    '#include "abi/policy.h"',
    "",
    ...emitDirection("ingress", tables.ingress),
    ...emitDirection("egress", tables.egress),
    ...emitLookup(),
    "",
  ].join("\n");
}

const lookupParameters = [
  "static __always_inline void policy_lookup(__u32 direction, __u32 identity,",
  "\t\t\t\t\t  const struct weft_address *address, __u8 protocol,",
  "\t\t\t\t\t  __u16 port, struct weft_verdict *verdict)",
];

function emitLookup(): string[] {
  return [
    ...lookupParameters,
    "{",
    "\tif (direction == WEFT_EGRESS)",
    "\t\tpolicy_egress(identity, address, protocol, port, verdict);",
    "\telse",
    "\t\tpolicy_ingress(identity, address, protocol, port, verdict);",
    "}",
  ];
}

function countBranches(table: Table): number {
  const rows = new Set(rowsOf(table).map(({ text }) => text.join()));
  const cells = [...rows].reduce((sum, text) => sum + text.split("case ").length, 0);
  return table.identities.length + addressRanges(table.addresses).length + table.ports.length * 2 + cells;
}

function emitDirection(name: "ingress" | "egress", table: Table): string[] {
  const head = [
    `static __always_inline void policy_${name}(__u32 identity,`,
    "\t\t\t\t\tconst struct weft_address *address, __u8 protocol,",
    "\t\t\t\t\t__u16 port, struct weft_verdict *verdict)",
    "{",
  ];
  if (!table.enforced) {
    const unused = ["identity", "address", "protocol", "port"].map((parameter) => `\t(void)${parameter};`);
    return [...head, ...unused, "\tverdict->allow = 1;", "}", ""];
  }
  return [
    ...emitIdentityClass(name, table),
    ...emitAddressClass(name, table),
    ...emitPortClass(name, table.ports),
    ...head,
    `\t__u32 address_class = policy_${name}_address_class(address);`,
    `\t__u32 port_class = policy_${name}_port_class(protocol, port);`,
    `\t__u32 cell = address_class * ${table.portClasses} + port_class;`,
    "",
    // When every row has one verdict only, nothing asks for the cell.
    "\t(void)cell;",
    `\tswitch (policy_${name}_identity_class(identity)) {`,
    ...groupBy(rowsOf(table)).flatMap(({ values, text }) => [
      ...values.map((value) => `\tcase ${value}:`),
      ...text.map((line) => `\t\t${line}`),
      "\t\treturn;",
    ]),
    "\t}",
    "}",
    "",
  ];
}

interface Grouped {
  readonly values: readonly number[];
  readonly text: readonly string[];
}

/** Puts values whose text is the same together; in the order of the first of each. */
function groupBy(
  entries: readonly { readonly value: number; readonly text: readonly string[] }[],
): Grouped[] {
  const groups = new Map<string, { values: number[]; text: readonly string[] }>();
  for (const { value, text } of entries) {
    const key = text.join("\n");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { values: [value], text });
    else group.values.push(value);
  }
  return [...groups.values()];
}

function rowsOf(table: Table): { value: number; text: string[] }[] {
  const width = table.addressClasses * table.portClasses;
  return Array.from({ length: table.enforced ? table.identityClasses : 0 }, (_, value) => ({
    value,
    text: emitRow(table.verdicts.slice(value * width, (value + 1) * width)),
  }));
}

function emitRow(verdicts: readonly Verdict[]): string[] {
  const cells = groupBy(verdicts.map((verdict, value) => ({ value, text: emitVerdict(verdict) })));
  const [first] = cells;
  if (first === undefined) return [];
  if (cells.length === 1) return [...first.text];
  return [
    "switch (cell) {",
    ...cells.flatMap(({ values, text }) => [
      ...values.map((value) => `case ${value}:`),
      ...text.map((line) => `\t${line}`),
      "\tbreak;",
    ]),
    "}",
  ];
}

/** Without the revision: containers whose rules are the same share one object, however often the rules were applied. */
function emitVerdict({ allow, rule }: Verdict): string[] {
  return [`verdict->allow = ${allow ? 1 : 0};`, `verdict->rule = ${rule};`];
}

function emitIdentityClass(name: string, { identities }: Table): string[] {
  const classes = identities
    .filter((entry) => entry.class !== 0)
    .toSorted((a, b) => a.identity - b.identity)
    .map((entry) => ({ value: entry.identity, text: [`return ${entry.class};`] }));
  return [
    `static __always_inline __u32 policy_${name}_identity_class(__u32 identity)`,
    "{",
    "\tswitch (identity) {",
    ...groupBy(classes).flatMap(({ values, text }) => [
      ...values.map((value) => `\tcase ${value}:`),
      ...text.map((line) => `\t\t${line}`),
    ]),
    "\tdefault:",
    "\t\treturn 0;",
    "\t}",
    "}",
    "",
  ];
}

function emitAddressClass(name: string, { addresses }: Table): string[] {
  const ranges = addressRanges(addresses);
  const below = ({ start }: Range): string => {
    const [high, low] = [hex(start >> 64n), hex(start & 0xffff_ffff_ffff_ffffn)];
    return low === "0x0ULL" ? `high < ${high}` : `high < ${high} || (high == ${high} && low < ${low})`;
  };
  return [
    `static __always_inline __u32 policy_${name}_address_class(const struct weft_address *address)`,
    "{",
    "\t__u64 high = bpf_be64_to_cpu(address_half(address, 0));",
    "\t__u64 low = bpf_be64_to_cpu(address_half(address, 1));",
    "",
    "\t(void)high;",
    "\t(void)low;",
    ...emitTree(ranges, below).map((line) => `\t${line}`),
    "}",
    "",
  ];
}

function emitPortClass(name: string, ports: readonly PortClass[]): string[] {
  const protocols = [...new Set(ports.map(({ protocol }) => protocol))].sort((a, b) => a - b);
  const below = ({ start }: Range): string => `port < ${start}`;
  return [
    `static __always_inline __u32 policy_${name}_port_class(__u8 protocol, __u16 port)`,
    "{",
    "\t(void)port;",
    "\tswitch (protocol) {",
    ...protocols.flatMap((protocol) => [
      `\tcase ${protocol}:`,
      ...emitTree(portRanges(ports.filter((entry) => entry.protocol === protocol)), below).map(
        (line) => `\t\t${line}`,
      ),
    ]),
    "\tdefault:",
    "\t\treturn 0;",
    "\t}",
    "}",
    "",
  ];
}

/** A balanced tree of comparisons over ranges in order. */
function emitTree(ranges: readonly Range[], below: (range: Range) => string): string[] {
  const middle = ranges.length >> 1;
  const range = ranges[middle];
  if (range === undefined || ranges.length === 1) return [`return ${ranges[0]?.class ?? 0};`];
  return [
    `if (${below(range)}) {`,
    ...emitTree(ranges.slice(0, middle), below).map((line) => `\t${line}`),
    "}",
    ...emitTree(ranges.slice(middle), below),
  ];
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}ULL`;
}
