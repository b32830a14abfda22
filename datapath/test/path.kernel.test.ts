import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelTest } from "./frames.ts";
import { alice, bob, carol } from "./mesh.ts";
import { allows, both, closed } from "./tables.ts";
import { converse, exchange, listen, ping, traceroute } from "./traffic.ts";
import { type Attach, inside, type LiveContainer, openWorld } from "./world.ts";

const megabyte = 1_000_000;
const addresses = ({ ipv6, ipv4 }: LiveContainer): [6 | 4, string][] => [
  [6, ipv6],
  [4, `${ipv4}`],
];
/** What the container's stack believes to fit on the way to an address. */
async function believedMtu(from: LiveContainer, address: string): Promise<number | undefined> {
  const { output } = await inside(from.netns, "ip", "route", "get", address);
  const [, mtu] = /\bmtu (\d+)/.exec(output) ?? [];
  return mtu === undefined ? undefined : Number(mtu);
}

for (const [attach, underlay] of [
  ["tcx", 4],
  ["tcx", 6],
  ["clsact", 4],
] as [Attach, 4 | 6][]) {
  test(
    `traceroute shows the host, the gateway answers pings, a wrong address fails at once (${attach}, IPv${underlay})`,
    kernelTest,
    async () => {
      await using world = await openWorld(underlay, attach);
      const [one, two] = world.hosts;
      const [a, b, c] = [await one.add(alice), await one.add(bob), await two.add(carol)];
      for (const gateway of ["fe80::1%eth0", "169.254.1.1"]) {
        assert.deepEqual([gateway, await ping(a.netns, gateway)], [gateway, 3]);
        assert.deepEqual([gateway, await ping(a.netns, gateway, 1, "-s", "1300")], [gateway, 1]);
      }
      for (const to of [b, c]) {
        for (const [family, address] of addresses(to)) {
          const host = family === 6 ? "fd99::2" : "192.168.7.2";
          assert.deepEqual(await traceroute(a.netns, address), [host, address]);
          assert.deepEqual(await traceroute(a.netns, address, "-I"), [host, address]);
        }
      }
      for (const nobody of ["fd00:1::dead", "10.9.0.1"]) {
        assert.equal(await exchange(a.netns, "tcp", nobody, 80), "EHOSTUNREACH");
      }
    },
  );

  test(
    `a connection goes on when the way gets narrower (${attach}, IPv${underlay})`,
    kernelTest,
    async () => {
      await using world = await openWorld(underlay, attach);
      const [one, two] = world.hosts;
      const [a, c] = [await one.add(alice), await two.add(carol)];
      await using _c = await listen(c.netns, 8080);
      // Errors of the host are no business of a policy.
      const policy = both({ ingress: closed, egress: allows([carol.identity], 6, [8080]) });
      for (const [family, address] of addresses(c)) {
        await a.change({ policy });
        await using conversation = await converse(a.netns, address, 8080);
        assert.equal(await conversation.say(megabyte), "ok");
        assert.equal(await believedMtu(a, address), undefined);
        await a.change({ pathMtu: 1320, policy });
        assert.equal(await conversation.say(megabyte), "ok");
        assert.deepEqual([family, await believedMtu(a, address)], [family, 1320]);
        await a.change({ pathMtu: 1320 });
        const { output } = await inside(
          a.netns,
          "ping",
          "-M",
          "do",
          "-c",
          "1",
          "-W",
          "1",
          "-s",
          "1390",
          address,
        );
        assert.match(output, /mtu\W+1320/);
      }
    },
  );
}
