import assert from "node:assert/strict";
import { test } from "node:test";
import { recordKind } from "@weft/datapath";
import { makeGrouper } from "./group.ts";
import { type RecordParts, recordOf } from "./testing.ts";

/** The groups of records. */
function group(...records: readonly RecordParts[]) {
  const grouper = makeGrouper(100);
  for (const parts of records) assert.ok(grouper.add(recordOf(parts)));
  return grouper.take();
}

test("packets that are alike are one, whenever they came and however long they are", () => {
  const [one, ...others] = group(
    { timeNs: 5_000_000n, bytes: 60, tcpFlags: 2 },
    { timeNs: 9_000_000n, bytes: 1500, tcpFlags: 16 },
    { timeNs: 7_000_000n, bytes: 40, tcpFlags: 4 },
  );
  assert.deepEqual(others, []);
  const { count, bytes, tcpFlags, firstNs, lastNs, sourcePort } = one ?? assert.fail();
  assert.deepEqual(
    { count, bytes, tcpFlags, firstNs, lastNs, sourcePort },
    { count: 3, bytes: 1600, tcpFlags: 22, firstNs: 5_000_000, lastNs: 9_000_000, sourcePort: 40_000 },
  );
});

test("whatever else differs makes another flow", () => {
  const differences: readonly RecordParts[] = [
    { source: "fd00:1::3" },
    { destination: "10.7.0.1" },
    { identities: [300, 258] },
    { ports: [40_000, 81] },
    { protocol: 17 },
    { rule: 3 },
    { revision: 8 },
    { outcome: 7 },
    { direction: 1 },
    { slot: 9 },
    { kind: recordKind.cut },
    { state: 1 },
  ];
  assert.equal(group({}, ...differences).length, 1 + differences.length);
});

test("connections of many ports are one drop or one new flow, but each cut and each kept flow stands alone", () => {
  const two = (kind: number) => group({ kind, ports: [1000, 80] }, { kind, ports: [1001, 80] });
  for (const kind of [recordKind.drop, recordKind.flow]) {
    assert.deepEqual(
      two(kind).map(({ count, sourcePort }) => [count, sourcePort]),
      [[2, 0]],
    );
  }
  for (const kind of [recordKind.cut, recordKind.kept]) {
    assert.deepEqual(
      two(kind).map(({ sourcePort }) => sourcePort),
      [1000, 1001],
    );
  }
});

test("echoes differ by type, not by identifier", () => {
  const echo = (ports: readonly [number, number], icmp: number) => ({ protocol: 58, ports, icmp });
  const found = group(echo([7, 7], 0x8000), echo([8, 8], 0x8000), echo([8, 8], 0x8100));
  assert.deepEqual(
    found.map(({ count, sourcePort }) => [count, sourcePort]),
    [
      [2, 0],
      [1, 0],
    ],
  );
});

test("a window takes so many different flows and no more, and the next one starts empty", () => {
  const grouper = makeGrouper(2);
  const add = (port: number) => grouper.add(recordOf({ ports: [1, port] }));
  assert.deepEqual([add(1), add(2), add(3), add(1)], [true, true, false, true]);
  assert.deepEqual(
    grouper.take().map(({ count }) => count),
    [2, 1],
  );
  assert.equal(add(3), true);
  assert.equal(grouper.size, 1);
});
