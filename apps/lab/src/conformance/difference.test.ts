import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceOf, emptyState } from "./difference.ts";
import { policy } from "./testing.ts";

const state = {
  policies: [policy({ podSelector: {} })],
  pods: { "x/a": { pod: "a" }, "x/b": { pod: "b" } },
  namespaces: { x: { ns: "x" } },
};

test("from nothing everything is made, and to nothing everything goes", () => {
  const { applies, addedPods } = differenceOf(emptyState, state);
  assert.deepEqual(
    applies.map(({ kind }) => kind),
    ["Namespace", "NetworkPolicy"],
  );
  assert.deepEqual(addedPods, ["x/a", "x/b"]);
  const { deletes, removedPods } = differenceOf(state, emptyState);
  assert.equal(deletes.length, 2);
  assert.deepEqual(removedPods, ["x/a", "x/b"]);
});

test("between two steps only what differs is touched", () => {
  const next = {
    policies: [policy({ podSelector: {}, ingress: [{}] })],
    pods: { "x/a": { pod: "a", more: "1" }, "x/b": { pod: "b" } },
    namespaces: { x: { ns: "x" }, y: {} },
  };
  const { applies, deletes, addedPods, removedPods, relabelledPods } = differenceOf(state, next);
  assert.deepEqual(
    applies.map(({ metadata }) => metadata.name),
    ["y", "p"],
  );
  assert.deepEqual([deletes, addedPods, removedPods], [[], [], []]);
  assert.deepEqual(relabelledPods, ["x/a"]);
});

test("NetworkPolicies of Kubernetes and of Weft that have one name are two policies", () => {
  const own = policy({ podSelector: {} });
  const ofWeft = { ...own, apiVersion: "weft.dev/v1" };
  const both = differenceOf(emptyState, { ...emptyState, policies: [own, ofWeft] });
  assert.deepEqual(both.applies, [own, ofWeft]);
  const replaced = differenceOf({ ...state, policies: [own] }, { ...state, policies: [ofWeft] });
  assert.deepEqual([replaced.deletes, replaced.applies], [[own], [ofWeft]]);
});
