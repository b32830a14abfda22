import assert from "node:assert/strict";
import { test } from "node:test";
import type { WeftEvent } from "@weft/log";
import { addressToBytes, parseAddress, parsePrefix, prefixToBytes } from "@weft/netaddr";
import fc from "fast-check";
import { decodeMesh, emptyMesh, encodeMesh, take, views } from "./index.ts";
import { meshOf, recordedAt } from "./testing.ts";

const bytes = (text: string): Uint8Array => addressToBytes(parseAddress(text));
const prefix = (text: string) => prefixToBytes(parsePrefix(text));

function attached(id: string, more: object = {}): WeftEvent {
  const data = {
    host: "a",
    id,
    namespace: "shop",
    name: `pod-${id}`,
    labels: { app: "web" },
    identity: 256,
    ipv6: bytes("fd00:0:0:1::7"),
    mac: new Uint8Array([2, 0, 0, 0, 0, 7]),
    netns: "/run/netns/x",
    interface: "eth0",
    slot: 1,
    ports: [{ name: "http", protocol: "TCP", port: 80 }],
    ...more,
  };
  return { type: "EndpointAttached", data };
}

const name = fc.constantFrom("a", "b", "c");
const kind = fc.constantFrom("", "NetworkPolicy", "ClusterNetworkPolicy");
const identity = fc.integer({ min: 256, max: 260 });
const labels = fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("x", "y"));

/** Any event, over so few names that events meet. */
const anyEvent: fc.Arbitrary<WeftEvent> = fc.oneof(
  fc.record({ id: name, host: name, identity }).map(({ id, ...more }) => attached(id, more)),
  fc
    .record({ host: name, id: name, identity, labels })
    .map((data): WeftEvent => ({ type: "EndpointRelabelled", data })),
  fc.record({ host: name, id: name }).map((data): WeftEvent => ({ type: "EndpointDetached", data })),
  fc.record({ host: name }).map((data): WeftEvent => ({ type: "HostLeft", data })),
  fc
    .record({ host: name })
    .map((data): WeftEvent => ({ type: "HostJoined", data: { ...data, underlayIpv4: bytes("192.0.2.1") } })),
  fc
    .record({ namespace: name, name, kind, source: fc.string() })
    .map((data): WeftEvent => ({ type: "PolicyApplied", data })),
  fc.record({ namespace: name, name, kind }).map((data): WeftEvent => ({ type: "PolicyRemoved", data })),
  fc.record({ name, labels }).map((data): WeftEvent => ({ type: "NamespaceApplied", data })),
  fc.record({ scope: name, values: labels }).map((data): WeftEvent => ({ type: "OptionsSet", data })),
  fc.record({ owner: name }).map(
    (lease): WeftEvent => ({
      type: "AddressesLeased",
      data: { leases: [{ ...lease, ipv6: bytes("fd00::1") }] },
    }),
  ),
  fc.record({ owners: fc.array(name) }).map((data): WeftEvent => ({ type: "AddressesReleased", data })),
  fc
    .record({ identity, labels })
    .map((one): WeftEvent => ({ type: "IdentitiesAllocated", data: { allocations: [one] } })),
  fc.constant<WeftEvent>({
    type: "PoolDefined",
    data: { ipv6: prefix("fd00::/48"), ipv4: prefix("10.0.0.0/16") },
  }),
);

test("a fold that went through a snapshot equals the fold that did not", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.nat(40), (events, cut) => {
      const whole = meshOf(events);
      const head = meshOf(events.slice(0, cut));
      const resumed = meshOf(events.slice(cut), decodeMesh(encodeMesh(head)));
      assert.deepEqual(resumed, whole);
    }),
  );
});

test("every thing in the mesh has the revision of an event that has been folded", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const mesh = meshOf(events);
      for (const list of Object.values(views)) {
        for (const row of list(mesh, []) as readonly { revision: number }[]) {
          assert.ok(row.revision >= 1 && row.revision <= mesh.revision);
        }
      }
    }),
  );
});

test("every view is JSON: what is printed reads back as the same", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const mesh = meshOf(events);
      for (const list of Object.values(views)) {
        const rows = list(mesh, []);
        assert.deepEqual(JSON.parse(JSON.stringify(rows)), rows);
      }
    }),
  );
});

test("an endpoint shows all that weft get promises", () => {
  const [row] = views.endpoints(meshOf([attached("1", { ipv4: bytes("10.0.0.7") })]), []);
  assert.deepEqual(row, {
    namespace: "shop",
    name: "pod-1",
    host: "a",
    id: "1",
    identity: 256,
    labels: { app: "web" },
    ipv6: "fd00:0:0:1::7",
    ipv4: "10.0.0.7",
    mac: "02:00:00:00:00:07",
    netns: "/run/netns/x",
    interface: "eth0",
    ports: [{ name: "http", protocol: "TCP", port: 80 }],
    revision: 1,
    programs: [],
  });
});

test("a relabelled container keeps its address and remembers the identity it had", () => {
  const mesh = meshOf([
    attached("1"),
    { type: "EndpointRelabelled", data: { host: "a", id: "1", labels: {}, identity: 300 } },
    { type: "EndpointRelabelled", data: { host: "a", id: "1", labels: { x: "y" }, identity: 300 } },
  ]);
  const endpoint = mesh.endpoints.get("a")?.get("1");
  assert.deepEqual(endpoint?.history, [
    { identity: 256, revision: 1 },
    { identity: 300, revision: 2 },
  ]);
  assert.deepEqual([endpoint?.labels, endpoint?.revision], [{ x: "y" }, 3]);
});

test("a host that leaves takes its containers along", () => {
  const mesh = meshOf([attached("1"), { type: "HostLeft", data: { host: "a" } }]);
  assert.equal(mesh.endpoints.size, 0);
});

test("options that an event does not name keep their value", () => {
  const mesh = meshOf([
    { type: "OptionsSet", data: { scope: "mesh", values: { tunnel: "vxlan", tier: "generic" } } },
    { type: "OptionsSet", data: { scope: "mesh", values: { tier: "specialised" } } },
  ]);
  const rows = views.options(mesh).map(({ key, value, revision }) => [key, value, revision]);
  assert.deepEqual(rows, [
    ["tier", "specialised", 2],
    ["tunnel", "vxlan", 1],
  ]);
});

test("leases belong to the host of their subject", () => {
  const leased: WeftEvent = {
    type: "AddressesLeased",
    data: { leases: [{ owner: "1", ipv6: bytes("fd00::1") }] },
  };
  const mesh = take(emptyMesh(), recordedAt(1, leased, "host.with.dots"));
  assert.deepEqual([...mesh.leases.keys()], ["host.with.dots"]);
});

test("bytes that are no snapshot are refused, not believed", () => {
  assert.throws(() => decodeMesh(new Uint8Array([1, 2, 3])), { code: "INVALID_ARGUMENT" });
});

test("the time of the last event that can have taken a permission is that of a policy, a namespace or labels", () => {
  const where = { namespace: "shop", name: "p", kind: "" };
  const given = { ...where, source: "", file: "", line: 1 };
  const revoking: readonly WeftEvent[] = [
    { type: "PolicyApplied", data: given },
    { type: "PolicyRemoved", data: where },
    { type: "NamespaceApplied", data: { name: "shop", labels: {} } },
    { type: "NamespaceRemoved", data: { name: "shop" } },
    { type: "EndpointRelabelled", data: { host: "a", id: "1", labels: {}, identity: 257 } },
  ];
  for (const event of revoking) {
    const mesh = meshOf([attached("1"), event, attached("2")]);
    assert.equal(mesh.policyTimeMs, recordedAt(2, event).time.getTime(), event.type);
  }
  assert.equal(meshOf([attached("1"), attached("2")]).policyTimeMs, 0);
});
