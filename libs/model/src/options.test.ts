import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { evolve } from "./evolve/index.ts";
import { emptyMesh } from "./mesh.ts";
import { lifetimesFor, optionFor, tunnelsFor } from "./options.ts";
import { recordedAt } from "./testing.ts";

function meshOf(...sets: readonly (readonly [scope: string, values: Record<string, string>])[]) {
  const mesh = emptyMesh();
  sets.forEach(([scope, values], index) => {
    const event: WeftEvent = { type: "OptionsSet", data: { scope, values } };
    evolve(mesh, recordedAt(index + 1, event));
  });
  return mesh;
}

test("a mesh that says nothing sends VXLAN and takes nothing else", () => {
  assert.deepEqual(tunnelsFor(meshOf(), "h1"), { current: "vxlan", next: "vxlan", previous: "vxlan" });
});

test("a tunnel is announced, then used, and the one before it is remembered until the next change", () => {
  const steps = [
    ["mesh", { "tunnel-next": "gre" }],
    ["mesh", { tunnel: "gre" }],
    ["mesh", { tunnel: "gre", underlay: "6" }],
    ["mesh", { tunnel: "none" }],
  ] as const;
  const seen = steps.map((_, index) => tunnelsFor(meshOf(...steps.slice(0, index + 1)), "h1"));
  assert.deepEqual(seen, [
    { current: "vxlan", next: "gre", previous: "vxlan" },
    { current: "gre", next: "gre", previous: "vxlan" },
    { current: "gre", next: "gre", previous: "vxlan" },
    { current: "none", next: "gre", previous: "gre" },
  ]);
});

test("a host's own setting goes before the mesh's", () => {
  const mesh = meshOf(["mesh", { tunnel: "geneve" }], ["h1", { tunnel: "gre" }]);
  assert.equal(optionFor(mesh, "h1", "tunnel")?.value, "gre");
  assert.deepEqual(tunnelsFor(mesh, "h1"), { current: "gre", next: "gre", previous: "geneve" });
  assert.equal(tunnelsFor(mesh, "h2").current, "geneve");
});

test("lifetimes are those that were set, and the usual ones where nothing was", () => {
  const mesh = meshOf(["mesh", { "lifetime.tcp-established": "7" }], ["h1", { "lifetime.icmp": "3" }]);
  assert.deepEqual(lifetimesFor(mesh, "h1"), [60, 7, 10, 10, 60, 180, 3, 60, 21_600, 60]);
  assert.deepEqual(lifetimesFor(mesh, "h2"), [60, 7, 10, 10, 60, 180, 60, 60, 21_600, 60]);
});
