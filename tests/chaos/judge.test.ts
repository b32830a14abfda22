import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "./judge.ts";

const second = 1e9;

/** Ten datagrams, one a second from the first on; those of these numbers arrived. */
function trace(...arrived: number[]) {
  const seen = new Uint8Array(2);
  for (const number of arrived) seen[number >> 3] = (seen[number >> 3] ?? 0) | (1 << (number & 7));
  return { sentNs: Float64Array.from({ length: 10 }, (_, index) => (index + 1) * second), seen };
}

test("a datagram that was promised to pass and did not arrive is lost", () => {
  const always = [{ passes: true, fromNs: 0, toNs: Number.POSITIVE_INFINITY }];
  const { sent, received, lostNs, leakedNs } = judge(trace(0, 1, 2, 4, 5, 6, 7, 8, 9), always);
  assert.deepEqual([sent, received, lostNs, leakedNs], [10, 9, [4 * second], []]);
});

test("a datagram that arrives although a denial was in force has leaked", () => {
  const denied = [{ passes: false, fromNs: 3 * second, toNs: 6 * second }];
  assert.deepEqual(judge(trace(0, 1, 3, 8, 9), denied).leakedNs, [4 * second]);
});

test("nothing is said of datagrams between two promises, or shortly before one ends", () => {
  const promises = [
    { passes: true, fromNs: 0, toNs: 3.05 * second },
    { passes: false, fromNs: 5.5 * second, toNs: 20 * second },
  ];
  const { lostNs, leakedNs } = judge(trace(0, 1, 4), promises);
  assert.deepEqual([lostNs, leakedNs], [[], []]);
});

test("a datagram that could not be sent is none", () => {
  const { sentNs, seen } = trace();
  sentNs.fill(0);
  const always = [{ passes: true, fromNs: 0, toNs: Number.POSITIVE_INFINITY }];
  assert.deepEqual(judge({ sentNs, seen }, always), { sent: 0, received: 0, lostNs: [], leakedNs: [] });
});
