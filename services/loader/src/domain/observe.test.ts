import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { meshOf } from "@weft/model/testing";
import { emptyActual } from "./actual.ts";
import { desired, type ProgramWish } from "./desired.ts";
import { plan } from "./plan.ts";
import type { KernelPolicy } from "./policy.ts";
import {
  attachedEvent,
  catalogue,
  facts,
  ingressPolicy,
  openPolicy,
  paperKernel,
  twoHosts,
} from "./testing.ts";

const set = (scope: string, observe: string): WeftEvent => ({
  type: "OptionsSet",
  data: { scope, values: { observe } },
});

function wish(policy: KernelPolicy, ...options: readonly WeftEvent[]) {
  const events = [...twoHosts, attachedEvent("h1", 1), ...options];
  return desired(meshOf(events), facts, catalogue, () => policy);
}

function programOf(policy: KernelPolicy, ...options: readonly WeftEvent[]): ProgramWish {
  return wish(policy, ...options).endpoints.get("c1")?.program ?? assert.fail("no container");
}

const kinds = (program: ProgramWish): string | undefined => program.constants.record_kinds;
const tracked = (program: ProgramWish): string | undefined => program.constants.feature_track;

test("what is put on record is what the host's option says, else the mesh's, else flows", () => {
  const cases = [
    [[], "1e"],
    [[set("mesh", "off")], "00"],
    [[set("mesh", "drops")], "06"],
    [[set("mesh", "off"), set("h1", "all")], "3e"],
    [[set("mesh", "off"), set("h2", "all")], "00"],
    [[set("mesh", "everything")], "1e"],
  ] as const;
  for (const [options, expected] of cases) {
    assert.equal(kinds(programOf(openPolicy, ...options)), expected);
    assert.equal(wish(openPolicy, ...options).uplink.constants.record_kinds, expected);
  }
});

test("a container without a policy is tracked only where all is observed", () => {
  for (const [observe, track] of [
    ["off", "00"],
    ["flows", "00"],
    ["all", "01"],
  ] as const) {
    const program = programOf(openPolicy, set("mesh", observe));
    assert.equal(tracked(program), track, observe);
    assert.deepEqual(Object.keys(program.maps), [], "it needs no maps of a policy");
    assert.equal(tracked(programOf(ingressPolicy(256), set("mesh", observe))), "01");
  }
});

test("to be tracked or not is a matter of the programs alone", () => {
  const kernel = paperKernel(emptyActual(7));
  kernel.run(plan(wish(openPolicy), kernel.actual()));
  for (const observe of ["all", "flows", "off"]) {
    const steps = plan(wish(openPolicy, set("mesh", observe)), kernel.actual());
    const touched = new Set(steps.map(({ kind }) => kind));
    assert.deepEqual([...touched].sort(), ["link_update", "program_load", "slot_set"], observe);
    kernel.run(steps);
    assert.deepEqual(plan(wish(openPolicy, set("mesh", observe)), kernel.actual()), []);
  }
});
