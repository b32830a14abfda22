import assert from "node:assert/strict";
import { test } from "node:test";
import { meshOf } from "@weft/model/testing";
import { checkLines, wayLines } from "./checks.ts";
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

test("a host is told of that nobody answers for, on the device that leads there", () => {
  const peers = [
    ["h2", "192.0.2.2"],
    ["h3", "198.51.100.3"],
    ["h4", "192.0.2.4"],
  ] as const;
  const way = (via?: string) =>
    ({
      dst: "",
      via,
      ifindex: 3,
      src: "",
      mtu: 0,
      metric: 0,
      table: 254,
      type: "unicast",
      family: 4,
    }) as const;
  const entry = (address: string, ifindex: number, state: "failed" | "stale") =>
    ({ address, ifindex, state, mac: "" }) as const;
  const known = [
    entry("192.0.2.2", 3, "failed"),
    entry("192.0.2.254", 3, "failed"),
    entry("192.0.2.4", 4, "failed"),
    entry("192.0.2.4", 3, "stale"),
  ];
  assert.deepEqual(wayLines(peers, [way(), way("192.0.2.254"), way()], known), [
    "host h2 at 192.0.2.2 does not answer on the wire (ARP, Neighbour Discovery)",
    "the router 192.0.2.254 to host h3 at 198.51.100.3 does not answer on the wire (ARP, Neighbour Discovery)",
  ]);
  assert.deepEqual(wayLines(peers.slice(0, 1), [undefined], known), [
    "there is no route to host h2 at 192.0.2.2",
  ]);
});
