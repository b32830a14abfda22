import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelTest } from "./frames.ts";
import { countInstructions, countTunnels } from "./instructions.ts";

test("a function that is switched off is not in the program", kernelTest, async () => {
  const counts = await countInstructions();
  const maps = counts.slice(0, -1);
  for (const [index, { shape, from, to }] of maps.entries()) {
    const before = maps[index - 1];
    if (before === undefined) continue;
    // Both directions ask the same code, and with both nobody needs to look for sockets.
    const least = 0.95 * (before.from + before.to);
    assert.ok(from + to > least, `${shape} takes away from ${before.shape}`);
  }
  const [least, most] = [maps[0], maps.at(-1)];
  assert.ok(least !== undefined && most !== undefined);
  assert.ok(least.from + least.to < (most.from + most.to) / 1.5, JSON.stringify(counts));
  assert.ok(most.from < 5900 && most.to < 4000, JSON.stringify(counts));
  // What the verifier walks is most of the time that a container waits for its programs.
  const verified = Math.max(...counts.map((count) => count.verified));
  assert.ok(least.verified < 30_000 && verified < 130_000, JSON.stringify(counts));
});

test("records that nobody wants are not in the program", kernelTest, async () => {
  const counts = await countInstructions();
  const at = counts.findIndex(({ shape }) => shape === "+ records");
  const [without, with_] = [counts[at - 1], counts[at]];
  assert.ok(without !== undefined && with_ !== undefined);
  assert.ok(with_.from - without.from > 500 && with_.to - without.to > 500, JSON.stringify(counts));
});

test("a program holds one tunnel, or none", kernelTest, async () => {
  const counts = await countTunnels();
  for (const { tunnel, underlay, from, uplink } of counts) {
    const of = (which: string) =>
      counts.find((each) => each.tunnel === which && each.underlay === underlay) ?? assert.fail();
    const costs = `${tunnel} over ${underlay}: ${JSON.stringify(counts)}`;
    // Some 80 of it for packets that are in a tunnel already, of the container's own.
    if (tunnel !== "none") assert.ok(from > of("none").from && from < of("none").from + 300, costs);
    if (tunnel !== "all") assert.ok(uplink < of("all").uplink, costs);
  }
});

test("two containers with the same settings run the same instructions", kernelTest, async () => {
  const [one, two] = [await countInstructions(), await countInstructions()];
  assert.deepEqual(one, two);
});
