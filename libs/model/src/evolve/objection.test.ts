import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { addressToBytes, formatAddress, parseAddress, parsePrefix, prefixToBytes } from "@weft/netaddr";
import { decodeMesh, emptyMesh, encodeMesh, evolve, type Mesh, notesOf, withoutEffect } from "../index.ts";
import { recordedAt } from "../testing.ts";

const bytes = (text: string) => addressToBytes(parseAddress(text));
const prefix = (text: string) => prefixToBytes(parsePrefix(text));
const labels = { app: "web" };
const set = { ...labels, "io.kubernetes.pod.namespace": "shop" };
const allocated = (identity: number, its: Record<string, string>): WeftEvent => ({
  type: "IdentitiesAllocated",
  data: { allocations: [{ identity, labels: its }] },
});
const assigned = (host: string, n: number): WeftEvent => ({
  type: "HostPrefixAssigned",
  data: { host, ipv6: prefix(`fd00:1:0:${n}::/64`), ipv4: prefix(`10.7.${n}.0/24`) },
});
const leased = (owner: string, ipv6: string, ipv4?: string): WeftEvent => ({
  type: "AddressesLeased",
  data: { leases: [{ owner, ipv6: bytes(ipv6), ...(ipv4 === undefined ? {} : { ipv4: bytes(ipv4) }) }] },
});
const joined = (host: string, more: object): WeftEvent => ({ type: "HostJoined", data: { host, ...more } });
const attached = (more: object = {}): WeftEvent => {
  const who = { host: "a", id: "c1", namespace: "shop", name: "web", labels, identity: 256 };
  const mac = new Uint8Array(6);
  return { type: "EndpointAttached", data: { ...who, ipv6: bytes("fd00:1:0:1::10"), mac, slot: 1, ...more } };
};
const relabelled = (identity: number, app: string): WeftEvent => ({
  type: "EndpointRelabelled",
  data: { host: "a", id: "c1", labels: { app }, identity },
});

/** Two hosts with prefixes; one container of `a` and one of `b` have addresses, `b`'s is attached. */
const history: readonly (WeftEvent | readonly [WeftEvent, string])[] = [
  { type: "PoolDefined", data: { ipv6: prefix("fd00:1::/48"), ipv4: prefix("10.7.0.0/16") } },
  assigned("a", 1),
  assigned("b", 2),
  joined("a", { underlayIpv4: bytes("192.0.2.1"), ipv6: prefix("fd00:1:0:1::/64") }),
  joined("b", { underlayIpv4: bytes("192.0.2.2"), ipv6: prefix("fd00:1:0:2::/64") }),
  allocated(256, set),
  allocated(257, { app: "db", "io.kubernetes.pod.namespace": "shop" }),
  [leased("c1", "fd00:1:0:1::10", "10.7.1.1"), "a"],
  [leased("c2", "fd00:1:0:1::11", "10.7.1.2"), "a"],
  [leased("c1", "fd00:1:0:2::10", "10.7.2.1"), "b"],
  attached({ host: "b", ipv6: bytes("fd00:1:0:2::10") }),
];

function tell(mesh: Mesh, event: WeftEvent, leaseHost = "a"): Mesh {
  return evolve(mesh, recordedAt(mesh.revision + 1, event, leaseHost));
}

function before(...more: readonly WeftEvent[]): Mesh {
  const mesh = emptyMesh();
  for (const one of history) {
    if ("type" in one) tell(mesh, one);
    else tell(mesh, ...one);
  }
  for (const one of more) tell(mesh, one);
  assert.deepEqual(notesOf(mesh), []);
  return mesh;
}

/** All but the notes, the revision and the time, which go on. */
function substance({ revision: _, timeMs: __, passed: ___, policyTimeMs: ____, ...rest }: Mesh): object {
  return structuredClone(rest);
}

const refusals: readonly [string, WeftEvent, RegExp, (readonly WeftEvent[])?][] = [
  [
    "an address that was leased to another container of the host",
    attached({ ipv6: bytes("fd00:1:0:1::11") }),
    /::11 is not leased/,
  ],
  [
    "an address of another host's container",
    attached({ ipv6: bytes("fd00:1:0:2::10") }),
    /2::10 is not leased/,
  ],
  ["an address outside of the mesh", attached({ ipv6: bytes("2001:db8::1") }), /2001:db8::1 is not leased/],
  ["an IPv4 address that was not leased", attached({ ipv4: bytes("10.7.1.2") }), /10\.7\.1\.2 is not leased/],
  ["bytes that are no address", attached({ ipv6: Uint8Array.of(1, 2, 3) }), /3 bytes|4 or 16/],
  ["no address", attached({ ipv6: new Uint8Array() }), /without an IPv6 address/],
  ["no MAC address", attached({ mac: new Uint8Array() }), /6 bytes/],
  ["a slot that is none", attached({ slot: 65_536 }), /slot 65536/],
  ["another label set's identity", attached({ identity: 257 }), /257 is another label set's/],
  ["a namespace that the identity is not of", attached({ namespace: "bank" }), /256 is another label set's/],
  ["an identity that nobody has", attached({ identity: 300 }), /300 is nobody's/],
  ["a reserved identity", attached({ identity: 1 }), /1 is nobody's/],
  [
    "labels that the identity does not have",
    relabelled(256, "db"),
    /256 is another label set's/,
    [attached()],
  ],
  [
    "an IPv4 address that it has no lease of",
    { type: "EndpointChanged", data: { host: "a", id: "c1", ipv4: bytes("10.7.1.2") } },
    /not leased/,
    [attached()],
  ],
  ["another host's prefix", joined("a", { ipv6: prefix("fd00:1:0:2::/64") }), /2::\/64 is not the host's/],
  [
    "a prefix that nobody has",
    joined("a", { ipv4: prefix("10.9.0.0/24") }),
    /10\.9\.0\.0\/24 is not the host's/,
  ],
  [
    "a container's address as a host's",
    joined("a", { underlayIpv4: bytes("10.7.2.1") }),
    /of the containers of another host/,
  ],
  ["IPv6 where IPv4 belongs", joined("a", { underlayIpv4: bytes("fd00::1") }), /is no IPv4 address/],
  ["an identity with another set", allocated(256, { app: "evil" }), /256 is another label set's/],
  ["a reserved number", allocated(2, set), /2 is no number of a label set/],
  ["a number with more than 24 bits", allocated(2 ** 24, set), /16777216 is no number/],
  [
    "the release of a number in use",
    { type: "IdentitiesReleased", data: { identities: [256] } },
    /256 is in use/,
  ],
  [
    "a second pool",
    { type: "PoolDefined", data: { ipv6: prefix("fd00:2::/48") } },
    /the pool is fd00:1::\/48/,
  ],
  ["a prefix of another host", assigned("c", 2), /2::\/64 is another host's/],
  [
    "a prefix outside of the pool",
    { type: "HostPrefixAssigned", data: { host: "c", ipv6: prefix("fd00:9::/64") } },
    /not of the pool/,
  ],
  [
    "a lease outside of the host's prefix",
    leased("c3", "fd00:1:0:2::33"),
    /2::33 is not of the host's prefix/,
  ],
];

test("what an event's writer has no say in has no effect, and is told of", () => {
  for (const [what, event, message, more = []] of refusals) {
    const mesh = before(...more);
    const kept = substance(mesh);
    tell(mesh, event);
    assert.deepEqual(substance(mesh), kept, what);
    const [note, ...others] = notesOf(mesh);
    assert.match(`${note}`, message, what);
    assert.match(`${note}`, new RegExp(`^revision ${mesh.revision}, a weft.v1.${event.type} `), what);
    assert.deepEqual(others, []);
    // And holds nothing back.
    tell(mesh, { type: "NamespaceApplied", data: { name: "shop", labels } });
    assert.ok(mesh.namespaces.has("shop"));
  }
});

test("what is a writer's own to say has its effect", () => {
  const mesh = before(
    attached({ ipv4: bytes("10.7.1.1") }),
    { type: "EndpointChanged", data: { host: "a", id: "c1" } },
    { type: "EndpointChanged", data: { host: "a", id: "c1", ipv4: bytes("10.7.1.1") } },
    relabelled(257, "db"),
    { type: "EndpointDetached", data: { host: "a", id: "c1" } },
    { type: "IdentitiesReleased", data: { identities: [257] } },
  ).passed;
  assert.equal(mesh.count, 0);
});

test("of a release, what is in use stays and the rest is released", () => {
  const mesh = before(attached());
  tell(mesh, { type: "IdentitiesReleased", data: { identities: [256, 257] } });
  assert.deepEqual([[...mesh.identities.keys()], notesOf(mesh)], [[256], []]);
});

test("a host's address is that of who said it first and still says it, so that two hosts can change places", () => {
  const mesh = before();
  const underlays = () => [...mesh.hosts.values()].map(({ underlayIpv4: one }) => one && formatAddress(one));
  tell(mesh, joined("a", { underlayIpv4: bytes("192.0.2.2") }));
  assert.deepEqual(underlays(), [undefined, "192.0.2.2"]);
  assert.deepEqual(notesOf(mesh), [
    "host a says that it has 192.0.2.2, which another host has: it is not used",
  ]);
  // Saying it again does not make it older.
  tell(mesh, joined("b", { underlayIpv4: bytes("192.0.2.2") }));
  assert.deepEqual(underlays(), [undefined, "192.0.2.2"]);
  tell(mesh, joined("b", { underlayIpv4: bytes("192.0.2.1") }));
  assert.deepEqual([underlays(), notesOf(mesh)], [["192.0.2.2", "192.0.2.1"], []]);
  tell(mesh, joined("c", { underlayIpv4: bytes("192.0.2.1") }));
  tell(mesh, { type: "HostLeft", data: { host: "b" } });
  assert.deepEqual(underlays(), ["192.0.2.2", "192.0.2.1"]);
});

test("however many events are passed, a few are remembered and all are counted", () => {
  const mesh = before();
  for (let n = 0; n < 100; n += 1) tell(mesh, attached({ identity: 300 }));
  assert.deepEqual([mesh.passed.count, mesh.passed.recent.length], [100, 16]);
  assert.match(notesOf(mesh).join(), /neither have 99 events before it$/);
});

test("an event without effect has none however many without one follow it, and a forgotten one is never said to have one", () => {
  const mesh = before();
  tell(mesh, { type: "NamespaceApplied", data: { name: "shop", labels: {} } });
  const kept = mesh.revision;
  const refuse = () => tell(mesh, attached({ identity: 300 }));
  for (let n = 0; n < 17; n += 1) refuse();
  assert.match(withoutEffect(mesh, [kept + 1]), /^revision \d+ has no effect/);
  for (let n = 17; n < 4096; n += 1) refuse();
  assert.match(withoutEffect(mesh, [kept + 1]), /^revision \d+ has no effect/);
  const other = decodeMesh(encodeMesh(mesh));
  for (const each of [mesh, other]) tell(each, attached({ identity: 300 }));
  for (const each of [mesh, other]) {
    assert.equal(each.passed.revisions.length, 4096);
    assert.match(
      withoutEffect(each, [kept + 1]),
      /^it is not known any more whether revision \d+ has an effect$/,
    );
    assert.match(withoutEffect(each, [kept + 2]), /^revision \d+ has no effect/);
    // What is held has its effect, however old it is.
    assert.equal(withoutEffect(each, [kept]), "");
  }
});

test("a time that is none leaves the time as it was", () => {
  const mesh = before();
  const event = recordedAt(mesh.revision + 1, { type: "NamespaceApplied", data: { name: "shop" } });
  const { timeMs } = mesh;
  evolve(mesh, { ...event, time: new Date(Number.NaN) });
  assert.deepEqual([mesh.timeMs, mesh.policyTimeMs], [timeMs, timeMs]);
});
