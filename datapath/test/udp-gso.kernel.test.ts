import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setFeature } from "@weft/ebpf";
import type { Tunnel } from "./datapath.ts";
import { must } from "./foreign.ts";
import { kernelTest } from "./frames.ts";
import { alice, carol } from "./mesh.ts";
import { ping } from "./traffic.ts";
import { openWorld } from "./world.ts";

const [datagrams, bytes, port] = [20, 1000, 9000];

// Perl, because Node.js has no setsockopt. 17 is SOL_UDP, 103 UDP_SEGMENT: the kernel cuts what is sent.
const sender = `use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6 AF_INET6);
my $s; socket($s, AF_INET6, SOCK_DGRAM, 0) && setsockopt($s, 17, 103, pack("i", ${bytes})) or die $!;
send($s, "x" x ${datagrams * bytes}, 0, pack_sockaddr_in6(${port}, inet_pton(AF_INET6, $ARGV[0]))) or die $!;`;
const receiver = `use Socket qw(:DEFAULT pack_sockaddr_in6 AF_INET6 IN6ADDR_ANY);
my $s; socket($s, AF_INET6, SOCK_DGRAM, 0) && bind($s, pack_sockaddr_in6(${port}, IN6ADDR_ANY)) or die $!;
$| = 1; print "ready\\n"; alarm 10;
for (1..${datagrams}) { recv($s, my $data, 65536, 0); length($data) == ${bytes} or die "length" }`;

async function assertArrive(tunnel: Tunnel, underlay: 4 | 6): Promise<void> {
  await using world = await openWorld(underlay, underlay === 6 ? "clsact" : "tcx", tunnel);
  const [one, two] = world.hosts;
  const a = await one.add(alice);
  const c = await two.add(carol);
  for (const { netns } of world.hosts) {
    await setFeature({ netns, ifname: "up0", feature: "tx-udp-segmentation", on: false });
  }
  assert.equal(await ping(a.netns, c.ipv6), 3);
  const child = spawn("nsenter", [`--net=${c.netns}`, "perl", "-e", receiver], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(child.stdout, "data", { signal: AbortSignal.timeout(10_000) });
    const ended = once(child, "exit");
    await must(a.netns, "perl", "-e", sender, c.ipv6);
    assert.deepEqual((await ended)[0], 0, "not all datagrams came");
  } finally {
    child.kill("SIGKILL");
  }
}

// What is in its way behind VXLAN and Geneve: docs in README.md.
for (const tunnel of ["vxlan", "geneve", "gre"] as const) {
  for (const underlay of [4, 6] as const) {
    test(
      `UDP super-packets, as QUIC sends them, arrive as datagrams: ${tunnel} over IPv${underlay}`,
      kernelTest,
      () => assertArrive(tunnel, underlay),
    );
  }
}
