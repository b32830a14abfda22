import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeftError } from "@weft/netaddr";
import fc from "fast-check";
import { readOrPass, writeHeaders } from "./envelope.ts";
import { decodeEvent, encodeEvent, eventNames, readForm, type WeftEvent } from "./events.ts";
import { anyName } from "./testing-events.ts";

const attached: WeftEvent<"EndpointAttached"> = {
  type: "EndpointAttached",
  data: {
    host: "h1",
    id: "c1",
    labels: { app: "web" },
    ipv6: Uint8Array.of(1, 2),
    ports: [{ name: "http", port: 80 }],
  },
};

test("every event name can be written and read with every field present", () => {
  assert.ok(eventNames.length >= 22);
  for (const name of eventNames) {
    const read = decodeEvent(name, encodeEvent({ type: name, data: {} }));
    assert.equal(read.type, name);
    for (const value of Object.values(read.data)) assert.notEqual(value, undefined);
  }
});

test("an event as read is plain data with defaults filled in, and reads back as itself", () => {
  const read = readForm(attached);
  assert.equal(Object.getPrototypeOf(read.data), Object.prototype);
  assert.equal(read.data.namespace, "");
  assert.deepEqual(read.data.ports, [{ name: "http", protocol: "", port: 80 }]);
  assert.deepEqual(read.data.ipv6, Uint8Array.of(1, 2));
  assert.deepEqual(readForm(read), read);
  assert.deepEqual(structuredClone(read), read);
});

test("an unset inner message is null, not missing", () => {
  const read = readForm({ type: "PoolDefined", data: { ipv6: { address: new Uint8Array(16), length: 48 } } });
  assert.equal(read.data.ipv4, null);
  assert.equal(read.data.ipv6?.length, 48);
});

test("bytes read do not keep the buffer they came in", () => {
  const bytes = encodeEvent(attached);
  const read = decodeEvent("EndpointAttached", bytes);
  assert.ok(read.type === "EndpointAttached");
  assert.notEqual(read.data.ipv6.buffer, bytes.buffer);
});

test("unknown names and broken bytes are refused by name", () => {
  assert.throws(
    () => decodeEvent("Nonsense", new Uint8Array()),
    (e) => isWeftError(e, "FAILED_PRECONDITION"),
  );
  assert.throws(
    () => decodeEvent("toString", new Uint8Array()),
    (e) => isWeftError(e, "FAILED_PRECONDITION"),
  );
  assert.throws(
    () => decodeEvent("HostJoined", Uint8Array.of(10, 200)),
    (e) => isWeftError(e, "INVALID_ARGUMENT"),
  );
});

test("the envelope survives its headers, whatever people are called", () => {
  fc.assert(
    fc.property(anyName, fc.string({ unit: "binary" }), fc.nat(), (actor, cause, previous) => {
      const time = new Date("2026-01-02T03:04:05.678Z");
      const head = writeHeaders({
        ...{ id: "id-1", type: "HostLeft", source: "weft/test", time, expected: previous },
        ...{ actor, cause, traceparent: "00-a-b-01" },
      });
      const read = readOrPass(
        "weft.log.host.h1",
        7,
        head,
        encodeEvent({ type: "HostLeft", data: { host: "h1" } }),
      );
      const envelope = {
        revision: 7,
        subject: "weft.log.host.h1",
        previous,
        time,
        id: "id-1",
        source: "weft/test",
      };
      assert.deepEqual(read, {
        ...envelope,
        actor: actor.toWellFormed(),
        cause: cause.toWellFormed(),
        traceparent: "00-a-b-01",
        type: "HostLeft",
        data: { host: "h1" },
      });
    }),
  );
});

test("an event of a newer version is passed, and told of to who asks", () => {
  const head = writeHeaders({
    ...{
      id: "i",
      type: "HostLeft",
      source: "s",
      time: new Date(),
      expected: 0,
      actor: "a",
      cause: "",
      traceparent: "",
    },
  });
  head.set("ce-type", "weft.v2.Novelty");
  assert.equal(readOrPass("weft.log.host.h1", 3, head, new Uint8Array()), undefined);
  const told: string[] = [];
  const asked = readOrPass("weft.log.host.h1", 3, head, new Uint8Array(), (envelope, name, why) => {
    told.push(`${envelope.revision} ${name} ${why.kind}`);
  });
  assert.equal(asked, undefined);
  assert.deepEqual(told, ["3 weft.v2.Novelty unknown"]);
});
