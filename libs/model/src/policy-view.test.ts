import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { formatAddress } from "@weft/netaddr";
import { rulesFor } from "@weft/policy";
import { decodeMesh, encodeMesh, liveView, notesOf, policyView, withoutEffect } from "./index.ts";
import { meshOf } from "./testing.ts";

const source = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed }
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;

function applied(text: string): WeftEvent {
  const data = {
    namespace: "shop",
    name: "closed",
    kind: "NetworkPolicy",
    source: text,
    file: "p.yaml",
    line: 1,
  };
  return { type: "PolicyApplied", data };
}

test("a policy lives in the namespace of its event, whatever its text leaves open", () => {
  const [stamped] = policyView(meshOf([applied(source)])).policies;
  assert.equal(stamped?.policy.namespace, "shop");
  assert.equal(stamped?.revision, 1);
});

test("the view stays the same object until an event changes what verdicts depend on", () => {
  const mesh = meshOf([applied(source)]);
  const before = policyView(mesh);
  const service: WeftEvent = { type: "ServiceApplied", data: { namespace: "shop", name: "web" } };
  assert.equal(policyView(meshOf([service], mesh)), before);
  const namespace: WeftEvent = { type: "NamespaceApplied", data: { name: "shop", labels: { team: "a" } } };
  const after = policyView(meshOf([namespace], mesh));
  assert.notEqual(after, before);
  assert.deepEqual(after.namespaces.get("shop"), { team: "a" });
  assert.equal(before.namespaces.has("shop"), false, "a view that was handed out is never changed");
});

test("an identity admits containers that are yet to come", () => {
  const labels = { app: "web", "io.kubernetes.pod.namespace": "shop" };
  const view = policyView(
    meshOf([{ type: "IdentitiesAllocated", data: { allocations: [{ identity: 300, labels }] } }]),
  );
  assert.deepEqual(view.identities?.get(300), labels);
});

test("policies of different kinds with one name hold side by side, and go alone", () => {
  const weft = source.replace("networking.k8s.io", "weft.dev");
  const data = { namespace: "shop", name: "closed", kind: "NetworkPolicy.weft.dev" };
  const mesh = meshOf([
    applied(source),
    { type: "PolicyApplied", data: { ...data, source: weft, file: "p.yaml", line: 1 } },
  ]);
  const kinds = () => policyView(mesh).policies.map(({ policy }) => policy.kind);
  assert.deepEqual(kinds(), ["NetworkPolicy", "NetworkPolicy.weft.dev"]);
  // What was written before kinds were on record says nothing.
  meshOf([{ type: "PolicyRemoved", data: { namespace: "shop", name: "closed" } }], mesh);
  assert.deepEqual(kinds(), ["NetworkPolicy.weft.dev"]);
  meshOf([{ type: "PolicyRemoved", data }], mesh);
  assert.deepEqual(kinds(), []);
});

test("hosts are seen by name and by where they are reached, from when they join to when they leave", () => {
  const mesh = meshOf([
    { type: "HostJoined", data: { host: "h1", underlayIpv4: Uint8Array.of(192, 0, 2, 1) } },
  ]);
  const [host] = policyView(mesh).hosts ?? [];
  assert.deepEqual(host?.labels, { "kubernetes.io/hostname": "h1", "kubernetes.io/os": "linux" });
  assert.deepEqual(host?.addresses.map(formatAddress), ["192.0.2.1"]);
  meshOf([{ type: "HostLeft", data: { host: "h1" } }], mesh);
  assert.deepEqual(policyView(mesh).hosts, []);
});

test("a policy that this version cannot read has no effect and is told of: what it replaced stays", () => {
  const unread = applied("kind: NetworkPolicy\nspec: 7\n");
  const mesh = meshOf([unread]);
  const pod = { id: "a", namespace: "shop", labels: {}, identity: 256, addresses: [], ports: [] };
  // As whoever looks once sees it, and whoever follows.
  const revisions = () => {
    const followed = rulesFor(pod, liveView(mesh)).ingress.enforced;
    const found = policyView(mesh).policies.map(({ revision }) => revision);
    assert.equal(followed, found.length > 0);
    return found;
  };
  assert.deepEqual(revisions(), []);
  assert.deepEqual(notesOf(mesh), [
    "revision 1 of policy shop/closed cannot be read by this version: nothing of it is enforced",
  ]);
  assert.match(withoutEffect(mesh, [1]), /^revision 1 of policy shop\/closed cannot be read/);
  meshOf([applied(source)], mesh);
  assert.deepEqual([revisions(), notesOf(mesh), withoutEffect(mesh, [2])], [[2], [], ""]);
  // However often: what could be read last stays.
  meshOf([unread, unread, unread], mesh);
  assert.deepEqual(revisions(), [2]);
  assert.deepEqual(decodeMesh(encodeMesh(mesh)), mesh);
  meshOf(Array(100).fill(unread), mesh);
  assert.deepEqual(revisions(), [2]);
  assert.ok(encodeMesh(mesh).length < 20_000, "of a policy that is applied again and again little is kept");
  assert.match(
    notesOf(mesh).join(),
    /^revision 105 of policy shop\/closed .*: revision 2 of it is enforced$/,
  );
  assert.deepEqual(decodeMesh(encodeMesh(mesh)), mesh);
  meshOf([{ type: "PolicyRemoved", data: { namespace: "shop", name: "closed" } }], mesh);
  assert.deepEqual(revisions(), []);
});

test("asked again, notes look at the policies that changed and at no other", () => {
  const mesh = meshOf([applied("kind: NetworkPolicy\nspec: 7\n")]);
  assert.equal(notesOf(mesh).length, 1);
  const all = { ...mesh, policies: new Map(mesh.policies) };
  const fail = () => assert.fail("all policies were looked at");
  Object.assign(mesh.policies, { keys: fail, values: fail, entries: fail });
  assert.deepEqual(notesOf(mesh), notesOf(all));
  meshOf([applied(source)], mesh);
  assert.deepEqual(notesOf(mesh), []);
});
