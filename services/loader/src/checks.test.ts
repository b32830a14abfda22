import assert from "node:assert/strict";
import { test } from "node:test";
import { meshOf } from "@weft/model/testing";
import { checkLines } from "./checks.ts";
import { attachedEvent, twoHosts } from "./domain/testing.ts";

const mesh = meshOf([...twoHosts, attachedEvent("h1", 1)]);

test("a container without a namespace is told by its name, and what was changed by what is done about it", () => {
  const gone = [{ id: "c1", netns: "/run/netns/c1" }];
  assert.deepEqual(checkLines(mesh, "h1", { lost: [{ kind: "device_remove", name: "weft0" }], gone }), [
    "container shop/pod-1 (c1) has no network namespace any more at /run/netns/c1",
    "somebody changed the kernel, and it is repaired now: remove device weft0",
  ]);
});

test("of many things that are wrong the first are named, and the others counted", () => {
  const lost = Array.from({ length: 1000 }, (_, slot) => ({ kind: "slot_clear", slot }) as const);
  const lines = checkLines(mesh, "h1", { lost, gone: [] });
  assert.equal(lines.length, 9);
  assert.equal(lines.at(-1), "992 more steps");
});
