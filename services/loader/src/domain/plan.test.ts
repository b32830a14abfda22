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

const anyTravel = fc
  .array(fc.constantFrom("none", "vxlan", "geneve", "gre", "4", "6"), { minLength: 1, maxLength: 4 })
  .map((values) =>
    values.map((value): WeftEvent => {
      const key = value.length === 1 ? "underlay" : "tunnel";
      return { type: "OptionsSet", data: { scope: "mesh", values: { [key]: value } } };
    }),
  );
const anyIpv4 = fc.array(fc.boolean(), { maxLength: 3 }).map((turns) =>
  turns.map((on, index): WeftEvent => {
    const ipv4 = on ? new Uint8Array([10, 7, 1, index + 1]) : new Uint8Array();
    return { type: "EndpointChanged", data: { host: "h1", id: "c1", ipv4 } };
  }),
);

test("whatever changes on the way to other hosts, and whatever IPv4 comes and goes, one plan is enough", () => {
  fc.assert(
    fc.property(anyEvents, anyTravel, anyIpv4, (events, travel, turns) => {
      const before = wish(events);
      const after = wish([...events, ...travel, ...turns]);
      assert.deepEqual(plan(after, reached(before, after).actual()), []);
    }),
  );
});

/** What happens to the one container of a mesh when the settings change. */
function changing(from: Record<string, string>, to: Record<string, string>): Operation[] {
  const set = (values: Record<string, string>): WeftEvent => {
    return { type: "OptionsSet", data: { scope: "mesh", values } };
  };
  const before = wish([attachedEvent("h1", 1), attachedEvent("h2", 2), set(from)]);
  const after = wish([attachedEvent("h1", 1), attachedEvent("h2", 2), set(from), set(to)]);
  return plan(after, reached(before).actual());
}

test("devices shrink before the tunnel takes more room, and only then is the new way used", () => {
  const steps = kinds(changing({ underlay: "4" }, { underlay: "6" }));
  assert.equal(steps[0], "device_resize");
  assert.equal(steps.at(-1), "map_put");
  assert.equal(steps.filter((kind) => kind === "link_update").length, 3);
});

test("devices grow after the tunnel takes less", () => {
  const steps = kinds(changing({ underlay: "6" }, { underlay: "4" }));
  assert.equal(steps[0], "map_put");
  assert.equal(steps.at(-1), "device_resize");
});

test("an announced tunnel is taken, and makes room for itself, before anybody sends with it", () => {
  const steps = changing({ tunnel: "vxlan" }, { "tunnel-next": "geneve" });
  const loads = steps.flatMap((step) => (step.kind === "program_load" ? [step.program.constants] : []));
  assert.equal(loads.length, 2);
  for (const { tunnel, tunnels_accepted: accepted, path_mtu: mtu } of loads) {
    assert.deepEqual([tunnel, accepted, mtu], ["01", "06", "a205"]); // vxlan; vxlan and geneve; 1442
  }
});

test("IPv4 that comes touches addresses, programs and the ways to the container, and not its device", () => {
  const attached = attachedEvent("h1", 1);
  const on: WeftEvent = {
    type: "EndpointChanged",
    data: { host: "h1", id: "c1", ipv4: new Uint8Array([10, 7, 0, 1]) },
  };
  const off: WeftEvent = { type: "EndpointChanged", data: { host: "h1", id: "c1", ipv4: new Uint8Array() } };
  const swap = ["program_load", "link_update", "link_update", "slot_set"];
  const with4 = reached(wish([attached]), wish([attached, on]));
  assert.deepEqual(kinds(plan(wish([attached, on]), reached(wish([attached])).actual())), [
    "map_put",
    "device_readdress",
    ...swap,
    "device_up",
  ]);
  const back = plan(wish([attached, on, off]), with4.actual());
  assert.deepEqual(kinds(back), ["map_put", "device_readdress", ...swap, "device_up", "map_remove"]);
  const [up] = back.flatMap((step) => (step.kind === "device_up" ? [step.stale] : []));
  assert.deepEqual(up, ["10.7.0.1/32"]);
});

test("an object that does not know a setting is not loaded again and again for it", () => {
  const state = wish([attachedEvent("h1", 1)]);
  const actual = reached(state).actual();
  const without = [...actual.programs].map(([owner, program]) => {
    const { path_mtu: _, ...constants } = program.constants;
    return [owner, { ...program, constants }] as const;
  });
  assert.deepEqual(plan(state, { ...actual, programs: new Map(without) }), []);
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

test("maps of another layout are made anew and filled, and all programs loaded for them", () => {
  const state = wish([attachedEvent("h1", 1), attachedEvent("h2", 2)]);
  const actual = reached(state).actual();
  const [create, put, ...others] = plan(state, {
    ...actual,
    layouts: { ...actual.layouts, peers: "0", flows: "0" },
  });
  const layouts = { peers: catalogue.layouts.peers, flows: catalogue.layouts.flows };
  assert.deepEqual(create, { kind: "maps_create", digest: state.mapsFrom, layouts });
  assert.ok(put?.kind === "map_put" && put.map === "peers");
  assert.equal(put.entries.length, state.maps.peers.size);
  const loads = others.flatMap((step) => (step.kind === "program_load" ? [step.owner] : []));
  assert.deepEqual(loads, ["@uplink", "c1"]);
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

test("without an uplink a host does all that needs none, and with another one what needs it", () => {
  const state = wish([attachedEvent("h1", 1)]);
  const before = reached(state).actual();
  const gone = { ...before, uplinkIfindex: 0, sysctls: { ...before.sysctls } };
  delete (gone.sysctls as Record<string, string>)["net/ipv4/conf/up0/rp_filter"];
  assert.deepEqual(plan(state, gone), []);
  const late = plan(wish([attachedEvent("h1", 1), attachedEvent("h1", 2)]), gone);
  assert.deepEqual(new Set(late.flatMap((step) => ("owner" in step ? [step.owner] : []))), new Set(["c2"]));
  const back = plan(state, { ...gone, uplinkIfindex: 8 });
  const loads = back.flatMap((step) => (step.kind === "program_load" ? [step.owner] : []));
  assert.deepEqual(loads, ["@uplink", "c1"]);
  assert.ok(back.some((step) => step.kind === "link_attach" && step.owner === "@uplink"));
});
