import assert from "node:assert/strict";
import { test } from "node:test";
import { addRoute } from "@weft/ebpf";
import { alice, bob, carol } from "./mesh.ts";
import { allows, both, closed } from "./tables.ts";
import { exchange, listen, ping, until } from "./traffic.ts";
import { openWorld } from "./world.ts";

const skip = process.getuid?.() === 0 ? false : "needs root";
const [tcp, icmp6] = [6, 58];
const megabyte = 1_000_000;

test("a policy lets its port pass and no other, in both families, replies included", { skip }, async () => {
  await using world = await openWorld(4, "tcx");
  const [one, two] = world.hosts;
  const policy = both({ ingress: allows([alice.identity], tcp, [8080]), egress: allows([], tcp, []) });
  const a = await one.add(alice);
  const b = await one.add({ ...bob, policy });
  const c = await two.add({ ...carol, policy });
  // Long enough for an answer that is under way, short enough to wait for silence.
  const blocked = (from: string, protocol: "tcp" | "udp", address: string, port: number) =>
    exchange(from, protocol, address, port, 100, 400);
  for (const target of [b, c]) {
    await using _open = await listen(target.netns, 8080);
    await using _shut = await listen(target.netns, 9090);
    for (const address of [target.ipv6, target.ipv4 ?? ""]) {
      assert.equal(await exchange(a.netns, "tcp", address, 8080, megabyte), "ok");
      assert.equal(await blocked(a.netns, "tcp", address, 9090), "timeout");
      assert.equal(await blocked(a.netns, "udp", address, 8080), "timeout");
      assert.equal(await ping(a.netns, address, 1), 0);
    }
  }
  assert.equal(await blocked(b.netns, "tcp", c.ipv6, 8080), "timeout");
});

test("the host's own stack and a container reach each other, neighbours resolved both ways", {
  skip,
}, async () => {
  for (const family of [4, 6] as const) {
    await using world = await openWorld(family, "tcx");
    const [host] = world.hosts;
    const pings = both({ ingress: allows([1], family === 4 ? 1 : icmp6, [(family === 4 ? 8 : 128) << 8]) });
    const a = await host.add({ ...alice, policy: pings });
    const address = family === 4 ? `${a.ipv4}` : a.ipv6;
    await addRoute({ netns: host.netns, ifname: "w1", dst: `${address}/${family === 4 ? 32 : 128}` });
    // A device that has just come up asks for its neighbour a second later.
    await until(async () => (await ping(host.netns, address)) === 3);
    assert.equal(await ping(a.netns, host.underlay), 3);
    await a.change({ policy: both({ ingress: closed, egress: closed }), policyRevision: 2 });
    assert.equal(await ping(host.netns, address, 1), 0);
    assert.equal(await ping(a.netns, host.underlay, 1), 0);
  }
});

test("swapping programs between both tiers under traffic loses no packet", { skip }, async () => {
  await using world = await openWorld(4, "tcx");
  const [one, two] = world.hosts;
  const policy = both({ ingress: allows([alice.identity], icmp6, [128 << 8]) });
  const a = await one.add(alice);
  const b = await one.add({ ...bob, policy });
  const c = await two.add({ ...carol, policy });
  const packets = 600;
  const pings = Promise.all([b, c].map((each) => ping(a.netns, each.ipv6, packets)));
  let swaps = 0;
  let over = false;
  const received = pings.finally(() => {
    over = true;
  });
  for (; !over; swaps += 1) {
    const changed = { policy, specialised: swaps % 2 === 0, policyRevision: swaps + 2 };
    await b.change(changed);
    await c.change(changed);
  }
  assert.deepEqual(await received, [packets, packets]);
  assert.ok(swaps > 5, `${swaps} swaps`);
});
