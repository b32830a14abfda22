import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tunnel } from "./datapath.ts";
import { kernelTest } from "./frames.ts";
import { alice, bob, carol } from "./mesh.ts";
import { exchange, listen, ping } from "./traffic.ts";
import { type Attach, openWorld, overhead } from "./world.ts";

const megabyte = 1_000_000;

async function assertReach(attach: Attach, tunnel: Tunnel, underlay: 4 | 6): Promise<void> {
  await using world = await openWorld(underlay, attach, tunnel);
  const [one, two] = world.hosts;
  const a = await one.add(alice);
  const b = await one.add(bob);
  const c = await two.add(carol);
  await using _b = await listen(b.netns, 8080);
  await using _c = await listen(c.netns, 8080);
  for (const [name, other] of [
    ["same host", b],
    ["other host", c],
  ] as const) {
    for (const address of [other.ipv6, other.ipv4 ?? ""]) {
      const to = `${name} ${address}`;
      const largest = 1500 - overhead(tunnel, underlay) - (address.includes(":") ? 48 : 28);
      assert.deepEqual([to, await ping(a.netns, address)], [to, 3]);
      assert.deepEqual([to, await ping(a.netns, address, 3, "-s", `${largest}`, "-M", "do")], [to, 3]);
      assert.deepEqual([to, await exchange(a.netns, "tcp", address, 8080, 4 * megabyte)], [to, "ok"]);
      assert.deepEqual([to, await exchange(a.netns, "udp", address, 8080, largest)], [to, "ok"]);
    }
  }
}

for (const tunnel of ["vxlan", "geneve", "gre"] as const) {
  for (const [attach, underlay] of [
    ["tcx", 4],
    ["tcx", 6],
    ["clsact", 4],
  ] as const) {
    test(`containers reach each other by ${tunnel} over IPv${underlay} (${attach})`, kernelTest, () =>
      assertReach(attach, tunnel, underlay),
    );
  }
}

for (const attach of ["tcx", "clsact"] as const) {
  test(`containers reach each other without a tunnel (${attach})`, kernelTest, () =>
    assertReach(attach, "none", 4),
  );
}
