import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tunnel } from "./datapath.ts";
import { must } from "./foreign.ts";
import { kernelTest } from "./frames.ts";
import { alice, carol } from "./mesh.ts";
import { exchange, listen, ping } from "./traffic.ts";
import { type LiveContainer, openWorld } from "./world.ts";

/** Gives a container a VXLAN device of its own to another one, with an address of both families. */
async function addVxlan(from: LiveContainer, to: LiveContainer, family: 4 | 6, last: number): Promise<void> {
  const [local = "", remote = ""] = family === 6 ? [from.ipv6, to.ipv6] : [from.ipv4, to.ipv4];
  const ends = ["local", local, "remote", remote, "dstport", "4789"];
  await must(from.netns, "ip", "link", "add", "t0", "type", "vxlan", "id", "7", ...ends);
  await must(from.netns, "ip", "link", "set", "t0", "up", "mtu", "1280");
  await must(from.netns, "ip", "address", "add", `172.31.0.${last}/24`, "dev", "t0");
  await must(from.netns, "ip", "address", "add", `fd77::${last}/64`, "dev", "t0", "nodad");
}

async function assertNested(tunnel: Tunnel, underlay: 4 | 6, family: 4 | 6): Promise<void> {
  await using world = await openWorld(underlay, underlay === 6 ? "clsact" : "tcx", tunnel);
  const [one, two] = world.hosts;
  const a = await one.add(alice);
  const c = await two.add(carol);
  await addVxlan(a, c, family, 1);
  await addVxlan(c, a, family, 2);
  await using _ = await listen(c.netns, 8080);
  for (const address of ["172.31.0.2", "fd77::2"]) {
    assert.ok((await ping(a.netns, address)) > 0, `ping ${address}`);
    // A datagram with a checksum that is still to be made, and super-packets.
    assert.equal(await exchange(a.netns, "udp", address, 8080, 1000), "ok", `UDP to ${address}`);
    assert.equal(await exchange(a.netns, "tcp", address, 8080, 300_000), "ok", `TCP to ${address}`);
  }
}

for (const tunnel of ["vxlan", "geneve", "gre", "none"] as const) {
  for (const underlay of tunnel === "none" ? [4 as const] : [4 as const, 6 as const]) {
    for (const family of [4, 6] as const) {
      test(
        `a container's own VXLAN over IPv${family} goes through ${tunnel} over IPv${underlay}`,
        kernelTest,
        () => assertNested(tunnel, underlay, family),
      );
    }
  }
}
