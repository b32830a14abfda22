import assert from "node:assert/strict";
import { test } from "node:test";
import { permissionsOf } from "./authority.ts";
import { readOrPass, writeHeaders } from "./envelope.ts";
import { type EventName, encodeEvent, eventNames, type NewEventData, type WeftEvent } from "./events.ts";
import { subjectOf } from "./subject-of.ts";
import { subjectMatches } from "./subjects.ts";

const host = { host: "h1" };
const endpoint = { host: "h1", id: "c.1" };
const named = { namespace: "ns", name: "n" };

/** Each event: its writer, its data, where it belongs. */
const table: { readonly [N in EventName]: readonly [user: string, subject: string, data: NewEventData<N>] } =
  {
    IdentitiesAllocated: ["identity", "weft.log.identity", {}],
    IdentitiesReleased: ["identity", "weft.log.identity", {}],
    PoolDefined: ["ipam", "weft.log.ipam", {}],
    HostPrefixAssigned: ["ipam", "weft.log.ipam", host],
    HostPrefixReleased: ["ipam", "weft.log.ipam", host],
    AddressesLeased: ["ipam", "weft.log.ipam.h1", {}],
    AddressesReleased: ["ipam", "weft.log.ipam.h1", {}],
    HostJoined: ["loader-h1", "weft.log.host.h1", host],
    HostChanged: ["loader-h1", "weft.log.host.h1", host],
    HostLeft: ["loader-h1", "weft.log.host.h1", host],
    DriftRepaired: ["loader-h1", "weft.log.host.h1", host],
    EndpointAttached: ["loader-h1", "weft.log.endpoint.h1.c%2E1", endpoint],
    EndpointRelabelled: ["loader-h1", "weft.log.endpoint.h1.c%2E1", endpoint],
    EndpointChanged: ["loader-h1", "weft.log.endpoint.h1.c%2E1", endpoint],
    EndpointDetached: ["loader-h1", "weft.log.endpoint.h1.c%2E1", endpoint],
    PolicyApplied: ["compiler", "weft.log.policy.ns.n", named],
    PolicyRemoved: ["compiler", "weft.log.policy.ns.n", named],
    NamespaceApplied: ["compiler", "weft.log.namespace.n", { name: "n" }],
    NamespaceRemoved: ["compiler", "weft.log.namespace.n", { name: "n" }],
    ObjectBuilt: ["compiler", "weft.log.object.d", { digest: "d" }],
    ObjectRefused: ["compiler", "weft.log.object.d", { digest: "d" }],
    ServiceApplied: ["lb", "weft.log.service.ns.n", named],
    ServiceRemoved: ["lb", "weft.log.service.ns.n", named],
    OptionsSet: ["compiler", "weft.log.option.mesh", { scope: "mesh" }],
  };
const users = ["identity", "ipam", "compiler", "lb", "loader-h1", "loader-h2", "cli"];
/** Every subject above, and those of another host, of another object and of nobody. */
const grounds = [
  ...new Set(eventNames.map((name) => table[name][1])),
  ...["weft.log.host.h2", "weft.log.endpoint.h2.c%2E1", "weft.log.endpoint.h1.evil", "weft.log.policy.ns.m"],
  ...["weft.log.object.e", "weft.log.service.ns.m", "weft.log.option.h1", "weft.log.namespace.m"],
  ...["weft.log.ipam.h1.x", "weft.log.extension.x", "weft.log.policy.ns", "weft.log.policy.ns.n.n"],
];

const eventOf = (type: EventName): WeftEvent => ({ type, data: table[type][2] }) as WeftEvent;

function headersOf(type: EventName) {
  const who = { source: "s", actor: "a", cause: "c", traceparent: "" };
  return writeHeaders({ id: "i", type, time: new Date(0), expected: 0, ...who });
}

/** What a reader makes of an event on a subject. */
function seen(subject: string, event: WeftEvent): { readonly read: boolean; readonly told: string[] } {
  const told: string[] = [];
  const onUnknown = (_: unknown, type: string, why: { readonly kind: string }) => {
    told.push(`${type} ${why.kind}`);
  };
  const read = readOrPass(subject, 1, headersOf(event.type), encodeEvent(event), onUnknown);
  return { read: read !== undefined, told };
}

test("every event has one home, and its writer alone may write there", () => {
  for (const type of eventNames) {
    const [owner, subject] = table[type];
    assert.ok(subjectMatches(subjectOf(eventOf(type)), subject), type);
    assert.deepEqual(seen(subject, eventOf(type)), { read: true, told: [] }, type);
    const writers = users.filter((user) =>
      permissionsOf(user, "U").publish.some((allowed) => subjectMatches(allowed, subject)),
    );
    assert.deepEqual(writers, [owner], type);
  }
});

test("an event anywhere else, whoever may write there, is told of and not read", () => {
  for (const type of eventNames) {
    for (const subject of grounds) {
      if (subject === table[type][1]) continue;
      const forged = { read: false, told: [`weft.v1.${type} invalid`] };
      assert.deepEqual(seen(subject, eventOf(type)), forged, `${type} on ${subject}`);
    }
  }
});

test("an event that names nothing belongs nowhere", () => {
  for (const type of eventNames) {
    if (/^(weft\.log\.identity|weft\.log\.ipam.*)$/.test(table[type][1])) continue; // Its subject has no name of its data.
    const { read } = seen(table[type][1], { type, data: {} });
    assert.equal(read, false, type);
  }
});

test("a forged event is passed over by who did not ask", () => {
  const event = eventOf("PolicyRemoved");
  const message = ["weft.log.endpoint.h1.evil", 5, headersOf(event.type), encodeEvent(event)] as const;
  assert.equal(readOrPass(...message), undefined);
});

test("bytes that are no event of their type decide nothing either", () => {
  const message = ["weft.log.host.h1", 5, headersOf("HostLeft"), Uint8Array.of(10, 200)] as const;
  assert.equal(readOrPass(...message), undefined);
});
