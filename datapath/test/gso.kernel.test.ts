import assert from "node:assert/strict";
import { test } from "node:test";
import { runNetwork, setFeature, setFeatureOperation } from "@weft/ebpf";
import type { Tunnel } from "./datapath.ts";
import { must } from "./foreign.ts";
import { kernelTest } from "./frames.ts";
import { alice, carol } from "./mesh.ts";
import { exchange, listen } from "./traffic.ts";
import { inside, openWorld, type World } from "./world.ts";

const megabytes = 4_000_000;
const segmentation = [
  "tx-udp_tnl-segmentation",
  "tx-gre-segmentation",
  "tx-tcp-segmentation",
  "tx-tcp6-segmentation",
];

/** What went over a device so far, in one direction, and what it lost. */
interface Passed {
  readonly bytes: number;
  readonly packets: number;
  readonly dropped: number;
  readonly errors: number;
}

async function passed(netns: string, ifname: string, direction: "rx" | "tx"): Promise<Passed> {
  const { output } = await inside(netns, "ip", "-json", "-stats", "link", "show", ifname);
  return JSON.parse(output)[0].stats64[direction];
}

/** Mean length of the frames that pass during some work, none of which may be lost. */
async function meanLength(
  netns: string,
  ifname: string,
  direction: "rx" | "tx",
  work: () => Promise<void>,
): Promise<number> {
  const before = await passed(netns, ifname, direction);
  await work();
  const after = await passed(netns, ifname, direction);
  assert.equal(after.dropped + after.errors, before.dropped + before.errors);
  return (after.bytes - before.bytes) / (after.packets - before.packets);
}

/** From now on only segments cross the wire between the hosts. */
async function cutOnTheWire({ hosts }: World): Promise<void> {
  const cut = segmentation.map((feature) => setFeatureOperation({ ifname: "up0", feature, on: false }));
  for (const { netns } of hosts) await runNetwork(netns, cut);
}

async function assertSegments(tunnel: Tunnel, underlay: 4 | 6): Promise<void> {
  await using world = await openWorld(underlay, underlay === 6 ? "clsact" : "tcx", tunnel);
  const [one, two] = world.hosts;
  const a = await one.add(alice);
  const c = await two.add(carol);
  await using _ = await listen(c.netns, 8080);
  const sent = (address: string) =>
    meanLength(one.netns, "up0", "tx", async () =>
      assert.equal(await exchange(a.netns, "tcp", address, 8080, megabytes), "ok"),
    );
  for (const address of [c.ipv6, c.ipv4 ?? ""]) {
    const whole = await sent(address);
    assert.ok(whole > 3000, `${address}: ${whole} bytes a frame where super-packets may pass`);
  }
  await cutOnTheWire(world);
  for (const address of [c.ipv6, c.ipv4 ?? ""]) {
    const cut = await sent(address);
    assert.ok(cut <= 1514, `${address}: ${cut} bytes a frame where they must be cut`);
  }
}

async function assertGathers(tunnel: Tunnel, underlay: 4 | 6): Promise<void> {
  await using world = await openWorld(underlay, underlay === 6 ? "clsact" : "tcx", tunnel);
  const [one, two] = world.hosts;
  const a = await one.add(alice);
  const c = await two.add(carol);
  await using _ = await listen(c.netns, 8080);
  await cutOnTheWire(world);
  for (const { netns } of world.hosts) {
    await setFeature({ netns, ifname: "up0", feature: "rx-gro", on: true });
    if (tunnel === "vxlan") {
      await must(netns, "ip", "link", "add", "idle0", "type", "vxlan", "external", "dstport", "4789");
      await must(netns, "ip", "link", "set", "idle0", "up");
    }
  }
  for (const address of [c.ipv6, c.ipv4 ?? ""]) {
    const got = await meanLength(c.netns, "eth0", "rx", async () =>
      assert.equal(await exchange(a.netns, "tcp", address, 8080, megabytes), "ok"),
    );
    assert.ok(got > 3000, `${address}: ${got} bytes a packet, put together again`);
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

for (const underlay of [4, 6] as const) {
  test(
    `VXLAN over IPv${underlay}: the kernel puts segments together before they are read, given an idle device of its own`,
    kernelTest,
    () => assertGathers("vxlan", underlay),
  );
}

for (const underlay of [4, 6] as const) {
  test(`GRE over IPv${underlay}: the kernel puts segments together before they are read`, kernelTest, () =>
    assertGathers("gre", underlay),
  );
}

test("without a tunnel the kernel puts segments together before they are read", kernelTest, () =>
  assertGathers("none", 4),
);
