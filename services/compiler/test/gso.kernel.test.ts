import assert from "node:assert/strict";
import { test } from "node:test";
import { runNetwork, setFeatureOperation } from "@weft/ebpf";
import type { Tunnel } from "./datapath.ts";
import { kernelTest } from "./frames.ts";
import { alice, carol } from "./mesh.ts";
import { exchange, listen } from "./traffic.ts";
import { inside, openWorld } from "./world.ts";

const megabytes = 4_000_000;
const segmentation = [
  "tx-udp_tnl-segmentation",
  "tx-gre-segmentation",
  "tx-tcp-segmentation",
  "tx-tcp6-segmentation",
];

/** What a device has sent so far, and what it failed to send. */
async function sent(netns: string): Promise<{ bytes: number; packets: number; lost: number }> {
  const { output } = await inside(netns, "ip", "-json", "-stats", "link", "show", "up0");
  const [{ stats64 }] = JSON.parse(output);
  return {
    bytes: stats64.tx.bytes,
    packets: stats64.tx.packets,
    lost: stats64.tx.dropped + stats64.tx.errors,
  };
}

async function assertSegments(tunnel: Tunnel, underlay: 4 | 6): Promise<void> {
  await using world = await openWorld(underlay, "tcx", tunnel);
  const [one, two] = world.hosts;
  const a = await one.add(alice);
  const c = await two.add(carol);
  await using _ = await listen(c.netns, 8080);

  /** Mean length of the frames of one exchange. */
  const mean = async (address: string): Promise<number> => {
    const before = await sent(one.netns);
    assert.equal(await exchange(a.netns, "tcp", address, 8080, megabytes), "ok");
    const after = await sent(one.netns);
    assert.equal(after.lost, before.lost);
    return (after.bytes - before.bytes) / (after.packets - before.packets);
  };
  for (const address of [c.ipv6, c.ipv4 ?? ""]) {
    const whole = await mean(address);
    assert.ok(whole > 3000, `${address}: ${whole} bytes a frame where super-packets may pass`);
  }
  for (const { netns } of world.hosts) {
    await runNetwork(
      netns,
      segmentation.map((feature) => setFeatureOperation({ ifname: "up0", feature, on: false })),
    );
  }
  for (const address of [c.ipv6, c.ipv4 ?? ""]) {
    const cut = await mean(address);
    assert.ok(cut <= 1514, `${address}: ${cut} bytes a frame where they must be cut`);
  }
}

for (const tunnel of ["vxlan", "geneve", "gre"] as const) {
  for (const underlay of [4, 6] as const) {
    test(
      `super-packets cross ${tunnel} over IPv${underlay} whole, or cut by the kernel to fit`,
      kernelTest,
      () => assertSegments(tunnel, underlay),
    );
  }
}

test("super-packets cross the underlay whole without a tunnel, or cut by the kernel to fit", kernelTest, () =>
  assertSegments("none", 4),
);
