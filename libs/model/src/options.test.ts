import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { evolve } from "./evolve/index.ts";
import { emptyMesh } from "./mesh.ts";
import { lifetimesFor, optionFor } from "./options.ts";
import { recordedAt } from "./testing.ts";

function meshOf(...sets: readonly (readonly [scope: string, values: Record<string, string>])[]) {
  const mesh = emptyMesh();
  sets.forEach(([scope, values], index) => {
    const event: WeftEvent = { type: "OptionsSet", data: { scope, values } };
    evolve(mesh, recordedAt(index + 1, event));
  });
  return mesh;
}

test("a host's own setting goes before the mesh's", () => {
  const mesh = meshOf(["mesh", { underlay: "4" }], ["h1", { underlay: "6" }]);
  assert.equal(optionFor(mesh, "h1", "underlay")?.value, "6");
  assert.equal(optionFor(mesh, "h2", "underlay")?.value, "4");
});

test("lifetimes are those that were set, and the usual ones where nothing was", () => {
  const mesh = meshOf(["mesh", { "lifetime.tcp-established": "7" }], ["h1", { "lifetime.icmp": "3" }]);
  assert.deepEqual(lifetimesFor(mesh, "h1"), [60, 7, 10, 10, 60, 180, 3, 60, 21_600, 60]);
  assert.deepEqual(lifetimesFor(mesh, "h2"), [60, 7, 10, 10, 60, 180, 60, 60, 21_600, 60]);
});

test("a lifetime longer than five days on record does not count", () => {
  const life = (seconds: string) =>
    lifetimesFor(meshOf(["mesh", { "lifetime.tcp-opening": seconds }]), "h1")[0];
  assert.deepEqual([life("432000"), life("432001"), life("4294967295")], [432_000, 60, 60]);
});
