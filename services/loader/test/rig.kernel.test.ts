import assert from "node:assert/strict";
import { test } from "node:test";
import { runNetwork, setLinkOperation, writeSysctl } from "@weft/ebpf";
import { countFlood, flood, inside, kernelTest, makeRig } from "./rig.ts";

test("a flood counts what is lost and not what is on its way", () => {
  const answers = (...sequences: number[]) => [
    ...sequences.map((sequence) => `64 bytes from ::1: icmp_seq=${sequence} ttl=64 time=0.042 ms`),
    `10 packets transmitted, ${sequences.length} received, 20% packet loss, time 20ms`,
  ];
  assert.deepEqual(countFlood(answers(1, 2, 3, 4, 5, 6, 7, 8), 5), { sent: 8, received: 8 });
  assert.deepEqual(countFlood(answers(1, 2, 3, 5, 6, 7, 8), 5), { sent: 8, received: 7 });
  assert.deepEqual(countFlood(answers(1, 2, 3, 4, 5), 5), { sent: 10, received: 5 });
});

test("a flood loses nothing when it is stopped, and what nobody answers is lost", kernelTest, async () => {
  await using rig = await makeRig();
  const { path } = await rig.container();
  await runNetwork(path, [setLinkOperation({ ifname: "lo", up: true })]);
  for (let round = 0; round < 5; round += 1) {
    const { sent, received } = await flood(path, "::1").stop();
    assert.ok(sent > 0);
    assert.equal(received, sent);
  }
  const broken = flood(path, "::1");
  await inside(path, ["ping", "-q", "-c", "10", "-i", "0.01", "::1"]);
  await writeSysctl("net/ipv6/icmp/echo_ignore_all", 1, { netns: path });
  const lost = await broken.stop();
  assert.ok(lost.received > 0 && lost.received < lost.sent, JSON.stringify(lost));
});
