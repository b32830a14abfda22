import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { meshOf } from "@weft/model/testing";
import { addressToBytes, formatAddress, parseAddress } from "@weft/netaddr";
import type { HostFacts } from "./desired.ts";
import { hostEntries, hostNumber, peerEntries } from "./shared-maps.ts";
import { attachedEvent, facts, twoHosts } from "./testing.ts";
import { pathMtuTo, transportOf } from "./transport.ts";

const set = (values: Record<string, string>, scope = "mesh"): WeftEvent => {
  return { type: "OptionsSet", data: { scope, values } };
};
const travel = (events: readonly WeftEvent[], host: HostFacts = facts) =>
  transportOf(meshOf([...twoHosts, ...events]), host);

test("the largest packet of a container is the uplink's less what its tunnel writes, over either underlay", () => {
  const mtus = ["vxlan", "geneve", "gre", "none"].map((tunnel) =>
    ["4", "6"].map((underlay) => travel([set({ "tunnel-next": tunnel, tunnel, underlay })]).pathMtu),
  );
  assert.deepEqual(mtus, [
    [1450, 1430],
    [1442, 1422],
    [1458, 1438],
    [1500, 1500],
  ]);
});

test("a mesh on its way from one tunnel to another takes both until it is there, and what an announced one needs is left free", () => {
  const announced = travel([set({ "tunnel-next": "geneve" })]);
  assert.deepEqual([announced.tunnel, announced.accepted, announced.pathMtu], ["vxlan", 0b110, 1442]);
  const used = travel([set({ "tunnel-next": "none", tunnel: "none" })]);
  assert.deepEqual([used.tunnel, used.accepted, used.pathMtu], ["none", 0b11, 1500]);
  const back = [set({ "tunnel-next": "vxlan" }), set({ tunnel: "vxlan" })];
  const over = travel([set({ tunnel: "none" }), ...back, set({ "tunnel-next": "current" })]);
  assert.deepEqual([over.tunnel, over.accepted], ["vxlan", 0b10], "nothing without a tunnel any more");
});

test("what only one host sends with is taken by all", () => {
  const { tunnel, accepted } = travel([set({ tunnel: "gre" }, "h2")]);
  assert.deepEqual([tunnel, accepted], ["vxlan", 0b1010]);
});

test("an underlay that this host has no address in stays what it was, and the status says so", () => {
  const { underlay, warnings } = travel([set({ underlay: "6" })], { ...facts, underlay6: undefined });
  assert.equal(formatAddress(underlay), "192.0.2.1");
  assert.match(warnings.join("\n"), /up0 has no IPv6 address/);
});

test("a host without an address of the wanted family is reached over the other, and the status says so", () => {
  const bare: WeftEvent = {
    type: "HostChanged",
    data: { host: "h2", underlayIpv4: addressToBytes(parseAddress("192.0.2.2")), attach: "tcx" },
  };
  const events = [...twoHosts, bare, attachedEvent("h2", 2), set({ underlay: "6" })];
  const { underlay, warnings } = transportOf(meshOf(events), facts);
  assert.equal(underlay.family, 6);
  assert.match(warnings.join("\n"), /host h2 has no IPv6 address, and is reached over IPv4/);
  const [peer = ""] = peerEntries(meshOf(events), "h1", 6).values();
  assert.ok(peer.endsWith("ffffc0000202"), peer);
});

test("an uplink too small for IPv6 in a tunnel keeps 1280 and is complained of", () => {
  const { pathMtu, warnings } = travel([], { ...facts, uplinkMtu: 1320 });
  assert.equal(pathMtu, 1280);
  assert.match(warnings.join("\n"), /leaves 1270 of the 1320 bytes of up0; IPv6 needs 1280/);
});

test("a network between the hosts that carries less than the uplink is an option, of the mesh or of a host", () => {
  assert.equal(travel([set({ mtu: "1400" })]).pathMtu, 1350);
  assert.equal(travel([set({ mtu: "1400" }), set({ mtu: "1450" }, "h1")]).pathMtu, 1400);
  assert.equal(travel([set({ mtu: "1400" }, "h2")]).pathMtu, 1450, "of another host");
  assert.equal(travel([set({ mtu: "1400" }), set({ mtu: "auto" })]).pathMtu, 1450);
  assert.equal(travel([set({ mtu: "9000" })]).pathMtu, 1450, "the uplink carries no more");
  for (const nonsense of ["1279", "65536", "NaN", "-1", ""]) {
    assert.equal(travel([set({ mtu: nonsense })]).pathMtu, 1450, nonsense);
  }
  const { pathMtu, warnings } = travel([set({ mtu: "1300" })]);
  assert.equal(pathMtu, 1280);
  assert.match(warnings.join("\n"), /leaves 1250 of the 1300 bytes of option mtu; IPv6 needs 1280/);
});

test("a packet to another host is bounded by that host's wire, as far as it or an option says", () => {
  const stated = (uplinkMtu: number): WeftEvent => ({ type: "HostChanged", data: { host: "h2", uplinkMtu } });
  const to = (...events: readonly WeftEvent[]): number => {
    const mesh = meshOf([...twoHosts, ...events]);
    return pathMtuTo(mesh, mesh.hosts.get("h2") ?? assert.fail(), transportOf(mesh, facts).overhead);
  };
  assert.equal(to(), 0, "an earlier version does not say");
  assert.equal(to(stated(9000)), 8950);
  assert.equal(to(stated(1400), set({ "tunnel-next": "geneve" })), 1342, "an announced tunnel has room");
  assert.equal(to(stated(9000), set({ mtu: "1400" }, "h2")), 1350);
  assert.equal(to(set({ mtu: "1400" }, "h2")), 1350);
  assert.equal(to(stated(1300)), 1280, "IPv6 needs as much");
});

test("no container's packet is longer than IP's length fields say", () => {
  assert.equal(travel([set({ tunnel: "none" })], { ...facts, uplinkMtu: 65_536 }).pathMtu, 65_535);
});

test("every host is known by both its addresses and by the number of its prefix in the mesh's", () => {
  const mesh = meshOf(twoHosts);
  assert.deepEqual([hostNumber(mesh, "h1"), hostNumber(mesh, "h2"), hostNumber(mesh, "h9")], [1, 2, 0]);
  const numbers = [...hostEntries(mesh, () => 0)].map(([key, value]) => [key.slice(-8), value.slice(16, 24)]);
  assert.deepEqual(numbers, [
    ["c0000201", "01000000"],
    ["00000001", "01000000"],
    ["c0000202", "02000000"],
    ["00000002", "02000000"],
  ]);
});
