import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import fc from "fast-check";
import type { Mesh } from "./mesh.ts";
import { meshOf as foldOf } from "./testing.ts";
import { stepsTo, type Tunnel, tunnels, tunnelsFor } from "./tunnels.ts";

type Set = readonly [scope: string, values: Readonly<Record<string, string>>];

function meshOf(...sets: readonly Set[]): Mesh {
  return foldOf(sets.map(([scope, values]): WeftEvent => ({ type: "OptionsSet", data: { scope, values } })));
}

const taken = (mesh: Mesh, host = "h1"): Tunnel[] => {
  const { current, next, previous } = tunnelsFor(mesh, host);
  return tunnels.filter((name) => [current, next, previous].includes(name));
};

test("a mesh that says nothing sends VXLAN and takes nothing else", () => {
  assert.deepEqual(tunnelsFor(meshOf(), "h1"), { current: "vxlan", next: "vxlan", previous: "vxlan" });
});

test("a tunnel is announced, then used, and when all use it nothing else is taken", () => {
  const steps: Set[] = [
    ["mesh", { "tunnel-next": "gre" }],
    ["mesh", { tunnel: "gre" }],
    ["mesh", { tunnel: "gre", underlay: "6" }],
    ["mesh", { "tunnel-next": "current" }],
    ["mesh", { "tunnel-next": "none" }],
  ];
  const seen = steps.map((_, index) => tunnelsFor(meshOf(...steps.slice(0, index + 1)), "h1"));
  assert.deepEqual(seen, [
    { current: "vxlan", next: "gre", previous: "vxlan" },
    { current: "gre", next: "gre", previous: "vxlan" },
    { current: "gre", next: "gre", previous: "vxlan" },
    { current: "gre", next: "gre", previous: "gre" },
    { current: "gre", next: "none", previous: "gre" },
  ]);
});

test("what was sent with before a change that did not end is taken until the next one ends", () => {
  const begun: Set[] = [
    ["mesh", { "tunnel-next": "gre" }],
    ["mesh", { tunnel: "gre" }],
    ["mesh", { "tunnel-next": "geneve" }],
  ];
  assert.deepEqual(taken(meshOf(...begun)), ["vxlan", "geneve", "gre"]);
  const used: Set[] = [...begun, ["mesh", { tunnel: "geneve" }]];
  assert.deepEqual(taken(meshOf(...used)), ["geneve", "gre"]);
  assert.deepEqual(taken(meshOf(...used, ["mesh", { "tunnel-next": "current" }])), ["geneve"]);
});

test("a host's own tunnel goes before the mesh's", () => {
  const mesh = meshOf(
    ["mesh", { tunnel: "geneve" }],
    ["h1", { "tunnel-next": "gre" }],
    ["h1", { tunnel: "gre" }],
  );
  assert.deepEqual(tunnelsFor(mesh, "h1"), { current: "gre", next: "gre", previous: "geneve" });
  assert.equal(tunnelsFor(mesh, "h2").current, "geneve");
});

test("the steps to a tunnel go on with a change that was begun, or take it back", () => {
  const [announce, use, end] = [{ "tunnel-next": "gre" }, { tunnel: "gre" }, { "tunnel-next": "current" }];
  const begun: Set[] = [["mesh", announce]];
  const used: Set[] = [...begun, ["mesh", use]];
  const done: Set[] = [...used, ["mesh", end]];
  const cases: [string, Set[], Record<string, string>, Record<string, string>[]][] = [
    ["nothing of tunnels", [], { ipv4: "on" }, [{ ipv4: "on" }]],
    ["another tunnel", [], { ...use, ipv4: "on" }, [announce, { ...use, ipv4: "on" }, end]],
    ["the same tunnel", done, use, [use]],
    ["the default one", [], { tunnel: "vxlan" }, [{ tunnel: "vxlan" }]],
    ["announced already", begun, use, [announce, use, end]],
    ["used already", used, use, [use, end]],
    ["taken back", begun, { tunnel: "vxlan", ipv4: "on" }, [{ tunnel: "vxlan", ipv4: "on", ...end }]],
    [
      "another than announced",
      begun,
      { tunnel: "none" },
      [end, { "tunnel-next": "none" }, { tunnel: "none" }, end],
    ],
    ["another than used", used, { tunnel: "none" }, [{ "tunnel-next": "none" }, { tunnel: "none" }, end]],
  ];
  for (const [name, sets, values, expected] of cases) {
    assert.deepEqual([name, stepsTo(meshOf(...sets), "mesh", values)], [name, expected]);
  }
  const own = stepsTo(meshOf(...done), "h1", { tunnel: "vxlan" });
  assert.deepEqual(own, [{ "tunnel-next": "vxlan" }, { tunnel: "vxlan" }, end]);
});

test("wherever changes break off, a host that is one step behind understands the others and is understood", () => {
  // Each change is broken off after some of its steps; then the next one follows.
  const change = fc.tuple(fc.constantFrom(...tunnels), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
      const sets: Set[] = [];
      for (const [tunnel, count] of changes) {
        for (const values of stepsTo(meshOf(...sets), "mesh", { tunnel }).slice(0, count)) {
          const before = meshOf(...sets);
          sets.push(["mesh", values]);
          const after = meshOf(...sets);
          for (const [sender, receiver] of [
            [before, after],
            [after, before],
          ] as const) {
            assert.ok(taken(receiver).includes(tunnelsFor(sender, "h1").current), JSON.stringify(sets));
          }
        }
      }
      const [last = "vxlan"] = changes.at(-1) ?? [];
      for (const values of stepsTo(meshOf(...sets), "mesh", { tunnel: last })) sets.push(["mesh", values]);
      assert.deepEqual(taken(meshOf(...sets)), [last]);
    }),
  );
});
