import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tunnel } from "./datapath.ts";
import { kernelTest } from "./frames.ts";
import { alice, bob, carol } from "./mesh.ts";
import { allows, both, closed } from "./tables.ts";
import { entries } from "./track.ts";
import { exchange, listen, ping, until } from "./traffic.ts";
import { type Attach, openWorld } from "./world.ts";

const worlds: readonly (readonly [Attach, 4 | 6, Tunnel])[] = [
  ["tcx", 4, "vxlan"],
  ["tcx", 6, "geneve"],
  ["clsact", 4, "gre"],
];

for (const [attach, underlay, tunnel] of worlds) {
  const where = `${tunnel} over IPv${underlay}, ${attach}`;

  test(
    `datagrams and pings in fragments reach tracked containers and come back (${where})`,
    kernelTest,
    async () => {
      await using world = await openWorld(underlay, attach, tunnel);
      const [one, two] = world.hosts;
      const dns = both({ ingress: allows([alice.identity], 17, [8080]), egress: closed });
      const a = await one.add({ ...alice, policy: both({ ingress: closed }) });
      for (const [host, who] of [
        [one, bob],
        [two, carol],
      ] as const) {
        const target = await host.add({ ...who, policy: dns });
        await using _server = await listen(target.netns, 8080);
        for (const address of [target.ipv6, `${target.ipv4}`]) {
          assert.deepEqual([address, await exchange(a.netns, "udp", address, 8080, 4000)], [address, "ok"]);
        }
        await target.change({ policy: both({}), policyRevision: 2 });
        for (const address of [target.ipv6, `${target.ipv4}`]) {
          assert.deepEqual([address, await ping(a.netns, address, 3, "-s", "4000")], [address, 3]);
        }
      }
      assert.ok([...one.datapath.map("fragments").entries()].length >= 16, "each first one is on record");
    },
  );

  test(
    `a TCP connection is established and closed in the tables of both hosts (${where})`,
    kernelTest,
    async () => {
      await using world = await openWorld(underlay, attach, tunnel);
      const [one, two] = world.hosts;
      const web = both({ ingress: allows([alice.identity], 6, [8080]), egress: closed });
      const a = await one.add({ ...alice, policy: both({ ingress: closed }) });
      const c = await two.add({ ...carol, policy: web });
      await using _server = await listen(c.netns, 8080);
      for (const address of [c.ipv6, `${c.ipv4}`]) {
        assert.equal(await exchange(a.netns, "tcp", address, 8080, 1_000_000), "ok");
      }
      for (const { datapath } of world.hosts) {
        const over = () => entries({ datapath }).every(({ life }) => /^TCP_(CLOSING|RESET)$/.test(life));
        await until(async () => over());
        assert.deepEqual(
          entries({ datapath }).map(({ table }) => table),
          ["flows", "flows"],
        );
      }
    },
  );
}
