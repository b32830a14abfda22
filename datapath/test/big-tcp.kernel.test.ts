import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setLink } from "@weft/ebpf";
import type { Tunnel } from "./datapath.ts";
import { must } from "./foreign.ts";
import { kernelTest } from "./frames.ts";
import { alice, bob, carol } from "./mesh.ts";
import { allows, both } from "./tables.ts";
import { inside, openWorld } from "./world.ts";

const port = 5201;

/** Takes what is sent to it, for one connection at a time, until it is disposed. */
async function sink(netns: string): Promise<AsyncDisposable> {
  const child = spawn("nsenter", [`--net=${netns}`, "iperf3", "--server", "--forceflush"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data", { signal: AbortSignal.timeout(20_000) });
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Sends 200 MB; the mean length of what the device was handed. */
async function meanSent(netns: string, address: string): Promise<number> {
  const read = async () => {
    const { output } = await inside(netns, "ip", "-json", "-stats", "link", "show", "eth0");
    return JSON.parse(output)[0].stats64.tx as { readonly bytes: number; readonly packets: number };
  };
  const before = await read();
  await must(netns, "iperf3", "--client", address, "--bytes", "200M", "--length", "1M");
  const after = await read();
  return (after.bytes - before.bytes) / (after.packets - before.packets);
}

async function assertPass(tunnel: Tunnel): Promise<void> {
  await using world = await openWorld(4, "tcx", tunnel);
  const [one, two] = world.hosts;
  const policy = both({ egress: allows([bob.identity, carol.identity], 6, [port]) });
  const a = await one.add({ ...alice, policy });
  const near = await one.add(bob);
  const far = await two.add(carol);
  await using _near = await sink(near.netns);
  await using _far = await sink(far.netns);
  await setLink({ netns: a.netns, ifname: "eth0", gsoMaxSize: 180_000, gsoIpv4MaxSize: 180_000 });
  for (const { netns } of [a, near, far]) {
    // Windows in which such packets fit.
    await must(netns, "sysctl", "-qw", "net.ipv4.tcp_wmem=4096 4194304 16777216");
    await must(netns, "sysctl", "-qw", "net.ipv4.tcp_rmem=4096 4194304 16777216");
  }
  for (const to of [near, far]) {
    for (const address of [to.ipv6, to.ipv4 ?? ""]) {
      const mean = await meanSent(a.netns, address);
      assert.ok(mean > 65_600, `${address}: ${mean} bytes a packet`);
    }
  }
}

for (const tunnel of ["none", "vxlan", "geneve", "gre"] as const) {
  test(
    `packets of more than 65,535 bytes pass to containers here and through tunnel ${tunnel}`,
    kernelTest,
    () => assertPass(tunnel),
  );
}
