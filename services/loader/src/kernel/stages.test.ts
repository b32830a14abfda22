import assert from "node:assert/strict";
import { test } from "node:test";
import type { HookWish, Operation } from "../domain/operation.ts";
import { stagesOf, takeNotes } from "./stages.ts";

const hook = (name: string): HookWish => ({ hook: name, direction: "ingress", device: "d" });
const attach = (owner: string, name: string): Operation => ({ kind: "link_attach", owner, hook: hook(name) });
const slot = (owner: string): Operation => ({ kind: "slot_set", owner, slot: 1 });
const put: Operation = { kind: "map_put", map: "peers", entries: [["00", "01"]] };

test("owners go side by side, each in order, its links at once; what is about the host waits and is waited for", () => {
  const stages = stagesOf([
    put,
    attach("a", "x"),
    attach("a", "y"),
    attach("b", "x"),
    slot("a"),
    put,
    slot("b"),
  ]);
  const shape = stages.map((chains) =>
    chains.map(({ owner, groups }) => [owner, ...groups.map((group) => group.length)]),
  );
  assert.deepEqual(shape, [
    [["", 1]],
    [
      ["a", 2, 1],
      ["b", 1],
    ],
    [["", 1]],
    [["b", 1]],
  ]);
});

test("what was written is told by kind, with whose it was, how much, and from when to when", () => {
  const notes = takeNotes();
  notes.add(put, 1, 2);
  notes.next();
  notes.add(put, 2, 3);
  notes.next();
  notes.add(attach("a", "x"), 3, 6);
  notes.add(slot("a"), 6, 7);
  notes.add(attach("b", "x"), 4, 5);
  const brief = notes
    .writes()
    .map(({ kind, count, owners, targets, entries, startMs, endMs }) => [
      ...[kind, count, owners.join(" "), targets.join(" "), entries, startMs, endMs],
    ]);
  assert.deepEqual(brief, [
    ["map_put", 2, "", "peers", 2, 1, 3],
    ["link_attach", 2, "a b", "x", 0, 3, 6],
    ["slot_set", 1, "a", "1", 0, 6, 7],
  ]);
});
