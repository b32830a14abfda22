import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { loadMaps } from "../test/kernel-maps.ts";
import { type PodText, viewOf } from "../test/world.ts";
import {
  addressesOf,
  decide,
  evaluate,
  type Flow,
  type PolicyEndpoint,
  type PolicyTables,
  type PolicyView,
  protocolNumbers,
  rulesFor,
  tables,
} from "./index.ts";

interface Step {
  policies: unknown[];
  pods: Record<string, Record<string, string>>;
  namespaces: Record<string, Record<string, string>>;
  cells: number;
  blocked: string[];
}
interface Case {
  index: number;
  description: string;
  steps: Step[];
}

const file = new URL("../../../tests/data/netpol/cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];
const protocols = ["TCP", "UDP", "SCTP"] as const;
const original = ["x/a", "x/b", "x/c", "y/a", "y/b", "y/c", "z/a", "z/b", "z/c"];

for (const { index, description, steps } of cases) {
  for (const [number, step] of steps.entries()) {
    test(`case ${index}, step ${number}: ${description}`, () => checkStep(step));
  }
}

function checkStep(step: Step): void {
  const names = Object.keys(step.pods);
  const later = names.filter((name) => !original.includes(name));
  const pods = names.map((id): PodText => {
    const [namespace = "", name = ""] = id.split("/");
    const place = original.includes(id) ? original.indexOf(id) + 1 : original.length + later.indexOf(id) + 1;
    return { namespace, name, labels: step.pods[id] ?? {}, addresses: [`192.168.1.${place}`], ports: served };
  });
  const view = viewOf({ pods, namespaces: step.namespaces, policies: step.policies });
  const blocked = new Set(step.blocked);
  let cells = 0;
  for (const from of view.endpoints) {
    for (const to of view.endpoints) {
      for (const { protocol, port } of to.ports) {
        cells += 1;
        if (from === to) continue;
        const cell = `${from.id}>${to.id}:${port}/${protocol}`;
        const expected = !blocked.has(cell);
        assert.equal(decide({ from, to, protocol, port }, view).allowed, expected, `decide ${cell}`);
        assert.equal(byTables({ from, to, protocol, port }, view), expected, `tables ${cell}`);
      }
    }
  }
  assert.equal(cells, step.cells);
}

const served = [80, 81].flatMap((port) =>
  protocols.map((protocol) => ({ name: `serve-${port}-${protocol.toLowerCase()}`, protocol, port })),
);

type ByMaps = ReturnType<typeof loadMaps>;
const compiled = new WeakMap<PolicyEndpoint, { tables: PolicyTables; byMaps: ByMaps }>();

function compile(endpoint: PolicyEndpoint, view: PolicyView) {
  const known = compiled.get(endpoint);
  if (known !== undefined) return known;
  const made = tables(rulesFor(endpoint, view));
  const both = { tables: made, byMaps: loadMaps(made) };
  compiled.set(endpoint, both);
  return both;
}

// Both ends by compiled tables, and the same by the bytes that go into the kernel's maps.
function byTables(flow: Flow & { from: PolicyEndpoint; to: PolicyEndpoint }, view: PolicyView): boolean {
  const [source, destination] = addressesOf(flow);
  const rest = { protocol: protocolNumbers[flow.protocol], port: flow.port };
  const sender = compile(flow.from, view);
  const receiver = compile(flow.to, view);
  const out = { identity: flow.to.identity, address: destination, ...rest };
  const back = { identity: flow.from.identity, address: source, ...rest };
  const egress = evaluate(sender.tables, "egress", out);
  const ingress = evaluate(receiver.tables, "ingress", back);
  if (egress.enforced) assert.equal(sender.byMaps(1, out).allow, egress.allow);
  if (ingress.enforced) assert.equal(receiver.byMaps(0, back).allow, ingress.allow);
  return egress.allow && ingress.allow;
}
