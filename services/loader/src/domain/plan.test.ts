import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { meshOf } from "@weft/model/testing";
import { WeftError } from "@weft/netaddr";
import fc from "fast-check";
import { emptyActual } from "./actual.ts";
import { type Catalogue, type Desired, desired } from "./desired.ts";
import type { Operation } from "./operation.ts";
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

function wish(
  events: readonly WeftEvent[],
  policy: KernelPolicy = openPolicy,
  objects: Catalogue = catalogue,
): Desired {
  return desired(meshOf([...twoHosts, ...events]), facts, objects, () => policy);
}

const kinds = (operations: readonly Operation[]): string[] => operations.map(({ kind }) => kind);

/** Brings a paper kernel to a desired state, and to the next ones. */
function reached(...states: readonly Desired[]) {
  const kernel = paperKernel(emptyActual(7));
  for (const state of states) kernel.run(plan(state, kernel.actual()));
  return kernel;
}

const anyPolicy = fc.oneof(
  fc.constant(openPolicy),
  fc.uniqueArray(fc.integer({ min: 256, max: 258 })).map((identities) => ingressPolicy(...identities)),
);
const anyEvents = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom("h1", "h2"), fc.integer({ min: 1, max: 6 }))
      .map(([host, n]) => attachedEvent(host, n)),
    fc
      .integer({ min: 1, max: 6 })
      .map((n): WeftEvent => ({ type: "EndpointDetached", data: { host: "h1", id: `c${n}` } })),
    fc.record({ n: fc.integer({ min: 1, max: 6 }), identity: fc.integer({ min: 256, max: 258 }) }).map(
      ({ n, identity }): WeftEvent => ({
        type: "EndpointRelabelled",
        data: { host: "h1", id: `c${n}`, labels: {}, identity },
      }),
    ),
  ),
  { maxLength: 12 },
);
const anyDesired = fc.tuple(anyEvents, anyPolicy, fc.boolean()).map(([events, policy, built]) => {
  const specialised = new Map(built ? [[policy.key, "cc".repeat(32)]] : []);
  return wish(events, policy, { ...catalogue, specialised });
});

test("what has been planned and done needs no plan: plan(x, x) is empty", () => {
  fc.assert(
    fc.property(anyDesired, (state) => {
      assert.deepEqual(plan(state, reached(state).actual()), []);
    }),
  );
});

test("from any state to any other in one plan", () => {
  fc.assert(
    fc.property(anyDesired, anyDesired, (before, after) => {
      assert.deepEqual(plan(after, reached(before, after).actual()), []);
    }),
  );
});

test("the same input gives the same steps", () => {
  fc.assert(
    fc.property(anyDesired, anyDesired, (before, after) => {
      const { actual } = reached(before);
      assert.deepEqual(plan(after, actual()), plan(after, actual()));
    }),
  );
});

/** Where a kind of step stands: shared maps, devices, programs, links, up, removals. */
const rank: Readonly<Record<Operation["kind"], number>> = {
  sysctl_set: 0,
  maps_create: 1,
  map_put: 2,
  device_create: 3,
  device_configure: 3,
  device_readdress: 3,
  program_load: 4,
  map_fill: 4,
  link_attach: 5,
  link_update: 5,
  slot_set: 5,
  device_resize: 6,
  device_up: 6,
  map_remove: 7,
  slot_clear: 7,
  owner_remove: 7,
  device_remove: 7,
};

test("maps come before programs, programs before links, and the new before the old is removed", () => {
  fc.assert(
    fc.property(anyDesired, anyDesired, (before, after) => {
      const steps = plan(after, reached(before).actual()).map(({ kind }) => rank[kind]);
      assert.deepEqual(
        steps,
        steps.toSorted((a, b) => a - b),
      );
    }),
  );
});

test("a private map is filled after it was made and before its program is attached", () => {
  const steps = plan(wish([attachedEvent("h1", 1)], ingressPolicy(256)), emptyActual(7)).filter(
    (step) => "owner" in step && step.owner === "c1",
  );
  assert.deepEqual(kinds(steps), [
    "device_create",
    "program_load",
    "map_fill",
    "link_attach",
    "link_attach",
    "slot_set",
    "device_up",
  ]);
});

test("a container on another host costs one write into peers and nothing else", () => {
  const before = wish([attachedEvent("h1", 1)]);
  const after = wish([attachedEvent("h1", 1), attachedEvent("h2", 2)]);
  assert.deepEqual(kinds(plan(after, reached(before).actual())), ["map_put"]);
});

test("a changed policy replaces programs by link update, never by attaching anew", () => {
  const before = wish([attachedEvent("h1", 1)], ingressPolicy(256));
  const after = wish([attachedEvent("h1", 1)], ingressPolicy(256, 257));
  assert.deepEqual(kinds(plan(after, reached(before).actual())), [
    "program_load",
    "map_fill",
    "link_update",
    "link_update",
    "slot_set",
  ]);
});

test("an event that changes nothing for a container leaves its program alone, whatever the revision", () => {
  const before = wish([attachedEvent("h1", 1)], ingressPolicy(256));
  const option: WeftEvent = { type: "OptionsSet", data: { scope: "mesh", values: { colour: "blue" } } };
  const after = wish([attachedEvent("h1", 1), option], ingressPolicy(256));
  assert.deepEqual(plan(after, reached(before).actual()), []);
});

test("flows of a container that moved to another identity class are decided again", () => {
  const relabelled: WeftEvent = {
    type: "EndpointRelabelled",
    data: { host: "h2", id: "c2", labels: {}, identity: 999 },
  };
  const events = [attachedEvent("h1", 1), attachedEvent("h2", 2, { identity: 256 })];
  const before = reached(wish(events, ingressPolicy(256))).actual();
  const loads = plan(wish([...events, relabelled], ingressPolicy(256)), before).flatMap((step) =>
    step.kind === "program_load" ? [step.program.constants.policy_revision] : [],
  );
  // Three events of twoHosts, two containers, one relabelling.
  assert.deepEqual(loads, ["0600000000000000"]);
});

test("a lost map entry is written again, a foreign one removed", () => {
  const state = wish([attachedEvent("h2", 2)]);
  const actual = reached(state).actual();
  const [lost] = [...state.maps.peers.keys()];
  const peers = new Map(state.maps.peers).set("ff".repeat(16), "00".repeat(40));
  if (lost !== undefined) peers.delete(lost);
  const steps = plan(state, { ...actual, maps: { ...actual.maps, peers } });
  assert.deepEqual(kinds(steps), ["map_put", "map_remove"]);
});

test("a link that somebody detached is attached again, with a program loaded for it", () => {
  const state = wish([attachedEvent("h1", 1)]);
  const actual = reached(state).actual();
  const program = actual.programs.get("c1");
  assert.ok(program !== undefined);
  const programs = new Map(actual.programs).set("c1", { ...program, hooks: {} });
  const steps = kinds(plan(state, { ...actual, programs }));
  assert.deepEqual(steps, ["program_load", "link_attach", "link_attach", "slot_set"]);
});

test("a container whose namespace is gone is cleaned up and holds nothing else up", () => {
  const state = wish([attachedEvent("h1", 1), attachedEvent("h1", 2)]);
  const actual = reached(state).actual();
  const steps = plan(state, { ...actual, gone: new Set(["/run/netns/c1"]) });
  assert.deepEqual(kinds(steps), ["slot_clear", "owner_remove", "device_remove"]);
});

test("a slot that has a new holder is not cleared when the old one goes", () => {
  const before = wish([attachedEvent("h1", 1)]);
  const after = wish([
    attachedEvent("h1", 1),
    { type: "EndpointDetached", data: { host: "h1", id: "c1" } },
    attachedEvent("h1", 2, { slot: 1 }),
  ]);
  const steps = kinds(plan(after, reached(before).actual()));
  assert.ok(steps.includes("slot_set") && !steps.includes("slot_clear"));
});

test("a container whose policy cannot be derived keeps what it has, and holds nobody else up", () => {
  const both = [attachedEvent("h1", 1), attachedEvent("h1", 2)];
  const before = wish(both, ingressPolicy(256));
  const after = desired(meshOf([...twoHosts, ...both]), facts, catalogue, ({ id }) => {
    if (id === "c1") throw new WeftError("RESOURCE_EXHAUSTED", "too large");
    return ingressPolicy(257);
  });
  const steps = plan(after, reached(before).actual());
  assert.deepEqual(new Set(steps.map((step) => "owner" in step && step.owner)), new Set(["c2"]));
  assert.equal(after.unresolved.get("c1")?.error.code, "RESOURCE_EXHAUSTED");
});
