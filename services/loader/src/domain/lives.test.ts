import assert from "node:assert/strict";
import { test } from "node:test";
import { specify } from "@weft/log/testing";
import { type EndpointEvent, endpointDecider, nextSlot } from "./endpoint.ts";
import { type HostData, hostDecider } from "./host.ts";

const container = specify(endpointDecider);
const host = specify(hostDecider);

const data = {
  host: "h1",
  id: "c1",
  namespace: "shop",
  name: "web",
  netns: "/run/netns/c1",
  labels: { app: "web" },
  identity: 256,
};
const attached: EndpointEvent = { type: "EndpointAttached", data };
const detached: EndpointEvent = { type: "EndpointDetached", data: { host: "h1", id: "c1" } };
const relabelled: EndpointEvent = {
  type: "EndpointRelabelled",
  data: { host: "h1", id: "c1", labels: { app: "api" }, identity: 257 },
};
const relabel = { kind: "relabel", host: "h1", id: "c1", labels: { app: "api" }, identity: 257 } as const;

test("a new container is attached, the same again is no event", () => {
  container().when({ kind: "attach", data }).then(attached);
  container(attached).when({ kind: "attach", data }).thenNothing();
});

test("an id that another container has is refused", () => {
  container(attached)
    .when({ kind: "attach", data: { ...data, name: "other" } })
    .thenRefused("ALREADY_EXISTS", /shop\/web/);
});

test("a detached container may be attached again", () => {
  container(attached, detached).when({ kind: "attach", data }).then(attached);
});

test("labels that a container already has are no event", () => {
  container(attached).when(relabel).then(relabelled);
  container(attached, relabelled).when(relabel).thenNothing();
});

test("IPv4 is switched on and off, and what is so already is no event", () => {
  const ipv4 = new Uint8Array([10, 7, 0, 1]);
  const change = (address: Uint8Array) => ({ kind: "change", host: "h1", id: "c1", ipv4: address }) as const;
  const changed = (address: Uint8Array): EndpointEvent => {
    return { type: "EndpointChanged", data: { host: "h1", id: "c1", ipv4: address } };
  };
  const none = new Uint8Array();
  container(attached).when(change(ipv4)).then(changed(ipv4));
  container(attached).when(change(none)).thenNothing();
  container(attached, changed(ipv4)).when(change(ipv4)).thenNothing();
  container(attached, changed(ipv4)).when(change(none)).then(changed(none));
  container().when(change(ipv4)).thenRefused("NOT_FOUND");
});

test("what is not attached can be neither relabelled nor detached", () => {
  container().when(relabel).thenRefused("NOT_FOUND");
  container(attached, detached).when({ kind: "detach", host: "h1", id: "c1" }).thenRefused("NOT_FOUND");
});

const stated: HostData = {
  host: "h1",
  underlayIpv4: new Uint8Array([192, 0, 2, 1]),
  kernel: "6.18",
  attach: "tcx",
  ipv6: { address: new Uint8Array(16), length: 64 },
};

test("a host joins once, and changes only when something is different", () => {
  host().when({ kind: "state", data: stated }).then({ type: "HostJoined", data: stated });
  host({ type: "HostJoined", data: stated }).when({ kind: "state", data: stated }).thenNothing();
  const changed = { ...stated, kernel: "6.19" };
  host({ type: "HostJoined", data: stated })
    .when({ kind: "state", data: changed })
    .then({ type: "HostChanged", data: changed });
});

test("a host that left joins anew", () => {
  host({ type: "HostJoined", data: stated }, { type: "HostLeft", data: { host: "h1" } })
    .when({ kind: "state", data: stated })
    .then({ type: "HostJoined", data: stated });
});

test("a slot rests before it is used again, and there is none when all are taken", () => {
  assert.equal(nextSlot(new Set(), 0), 1);
  assert.equal(nextSlot(new Set([2]), 1), 3);
  assert.equal(nextSlot(new Set([1]), 65_535), 2);
  assert.equal(nextSlot(new Set(Array.from({ length: 65_535 }, (_, index) => index + 1)), 9), undefined);
});
