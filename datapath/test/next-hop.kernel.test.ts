import assert from "node:assert/strict";
import { test } from "node:test";
import { link } from "@weft/ebpf";
import { formatMac } from "@weft/netaddr";
import type { Tunnel } from "./datapath.ts";
import { must } from "./foreign.ts";
import { between, kernelTest } from "./frames.ts";
import { type Gateway, type GatewayWorld, openGatewayWorld } from "./gateways.ts";
import { actions, alice, carol } from "./mesh.ts";
import { outcomes } from "./outcome.ts";
import * as packet from "./packet.ts";
import { exchange, ping, until } from "./traffic.ts";
import type { Attach, LiveContainer } from "./world.ts";

const packets = 100;
const noRoute = outcomes.DROP_NO_ROUTE ?? 0;

/** Echo requests to Carol, every 10 ms in each family, while something happens: how many were lost. */
async function lostWhile(from: LiveContainer, happening: () => Promise<unknown>): Promise<number> {
  const pings = [carol.ipv6, `${carol.ipv4}`].map((address) => ping(from.netns, address, packets));
  await happening();
  const received = await Promise.all(pings);
  return 2 * packets - received.reduce((sum, each) => sum + each, 0);
}

const arrives = async (from: LiveContainer): Promise<boolean> =>
  (await ping(from.netns, carol.ipv6)) === 3 && (await ping(from.netns, `${carol.ipv4}`)) === 3;

/** Waits until a gateway takes no packet of a conversation any more. */
async function untilUnused(from: LiveContainer, gateway: Gateway): Promise<void> {
  await until(async () => {
    const before = await gateway.taken();
    return (await arrives(from)) && (await gateway.taken()) - before < 4;
  });
}

/** Loads Alice's program again and runs it on packets for Carol until it writes a gateway's MAC itself. */
async function writes(world: GatewayWorld, gateway: Gateway): Promise<void> {
  const [{ netns, datapath }] = world.hosts;
  const ifindex = (await link({ netns, ifname: "w1" }))?.ifindex ?? 0;
  const program = (await datapath.load({ ...alice, ifindex })).program("from_container");
  const data = between(alice, carol, 17, packet.udp(7, 8));
  const mac = await gateway.mac();
  await until(async () => {
    const run = await program.testRun({ data, skb: { ifindex }, netns });
    assert.equal(run.retval, actions.redirect);
    return formatMac(run.data.subarray(0, 6)) === mac;
  });
}

async function assertFollows(attach: Attach, tunnel: Tunnel, underlay: 4 | 6): Promise<void> {
  await using world = await openGatewayWorld(underlay, attach, tunnel, carol);
  const [one, two] = world.hosts;
  const [first, second] = world.gateways;
  const a = await one.add(alice);
  await two.add(carol);
  await world.route(first);
  await until(() => arrives(a));
  await writes(world, first);

  const forget = () => must(one.netns, "ip", "neigh", "flush", "dev", "up0");
  assert.equal(await lostWhile(a, forget), 0, "the neighbour's entry is deleted");

  assert.equal(await lostWhile(a, () => world.route(second)), 0, "another gateway");
  await untilUnused(a, first);
  await writes(world, second);

  // Half a second of them.
  const moves = () => must(second.netns, "ip", "link", "set", "up0", "address", "02:00:00:00:99:01");
  assert.ok((await lostWhile(a, moves)) <= packets, "the gateway gets another MAC");
  await until(() => arrives(a));
  await writes(world, second);

  await second.set("off");
  await forget();
  assert.equal(await ping(a.netns, carol.ipv6, 1), 0);
  await second.set("on");
  await until(() => arrives(a));
  await writes(world, second);
}

test(
  "who sends to a host to which there is no route is told at once, and it is counted, until there is one",
  kernelTest,
  async () => {
    for (const [tunnel, underlay] of [
      ["vxlan", 4],
      ["none", 4],
    ] as const) {
      await using world = await openGatewayWorld(underlay, "tcx", tunnel, carol);
      const [one, two] = world.hosts;
      const a = await one.add(alice);
      await two.add(carol);
      await world.route("unreachable");
      const before = a.counted();
      for (const address of [carol.ipv6, `${carol.ipv4}`]) {
        assert.equal(await exchange(a.netns, "tcp", address, 80), "EHOSTUNREACH");
      }
      assert.ok((a.counted()[noRoute] ?? 0) >= (before[noRoute] ?? 0) + 2);
      assert.equal(a.counted()[0], before[0], "nothing is forwarded");
      await world.route(world.gateways[0]);
      await until(() => arrives(a));
    }
  },
);

for (const [tunnel, underlay, attach] of [
  ["vxlan", 4, "tcx"],
  ["gre", 6, "clsact"],
  ["none", 4, "tcx"],
] as const) {
  test(
    `a gateway that moves, goes or comes back is followed (${tunnel} over IPv${underlay}, ${attach})`,
    kernelTest,
    () => assertFollows(attach, tunnel, underlay),
  );
}
