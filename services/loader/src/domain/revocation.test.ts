import assert from "node:assert/strict";
import { test } from "node:test";
import { meshOf } from "@weft/model/testing";
import type { Revocation } from "@weft/policy";
import { emptyActual } from "./actual.ts";
import { little } from "./bytes.ts";
import { desired, type HostFacts } from "./desired.ts";
import { plan } from "./plan.ts";
import { drainConstants, revocationConstants } from "./revocation.ts";
import {
  attachedEvent,
  catalogue,
  facts,
  ingressPolicy,
  openPolicy,
  paperKernel,
  twoHosts,
} from "./testing.ts";

const cut = { mode: "cut" } as const;
const keep = { mode: "keep" } as const;
const drain = (seconds: number): Revocation => ({ mode: "drain", seconds });
const withIngress = (ingress: Revocation) => ({
  ...ingressPolicy(256),
  revocation: { ingress, egress: cut },
});
const unitMs = 2 ** 30 / 1e6;

test("a revocation is two modes, the seconds and a time, by direction", () => {
  const policy = { ...openPolicy, revocation: { ingress: drain(30), egress: keep } };
  assert.deepEqual(revocationConstants(policy), {
    revoke_mode: "0201",
    drain_s: little.u32(30) + little.u32(0),
  });
  const until = Math.ceil((1000 + 30_000) / unitMs);
  assert.deepEqual(drainConstants(policy, 1000), { drain_until_s: little.u32(until) + little.u32(0) });
});

test("flows are given their seconds at least, and a time that is long over is no time at all", () => {
  for (const revokedMs of [0, 1, 1073, 1074, 5_000_000]) {
    const { drain_until_s: hex = "" } = drainConstants(withIngress(drain(7)), revokedMs);
    const until = Buffer.from(hex, "hex").readUInt32LE(0);
    assert.ok(until * unitMs >= revokedMs + 7000 && until * unitMs < revokedMs + 7000 + unitMs);
  }
  assert.equal(drainConstants(withIngress(drain(7)), -1e9).drain_until_s, little.u32(1) + little.u32(0));
});

test("only another policy loads programs again, and never a clock", () => {
  const events = [...twoHosts, attachedEvent("h1", 1)];
  const wish = (ingress: Revocation, host: HostFacts = facts) =>
    desired(meshOf(events), host, catalogue, () => withIngress(ingress));
  const kernel = paperKernel(emptyActual(7));
  kernel.run(plan(wish(drain(30)), kernel.actual()));
  for (const bootedMs of [-1, 1, 500, 3_600_000]) {
    const another = { ...facts, bootedMs: () => bootedMs };
    assert.deepEqual(plan(wish(drain(30), another), kernel.actual()), []);
  }
  for (const other of [drain(31), keep, cut]) {
    const kinds = plan(wish(other), kernel.actual()).map(({ kind }) => kind);
    assert.ok(kinds.includes("program_load"), other.mode);
  }
});
