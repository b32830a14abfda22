import type { PolicyTables } from "@weft/policy";
import { allRecords, type Container, openDatapath, type Tunnel } from "./datapath.ts";
import { alice } from "./mesh.ts";
import { allows, both, open } from "./tables.ts";

const quiet = { ...alice, recordKinds: 0 };
const { ipv4: _, ...single } = quiet;
const policy = both({ ingress: allows([256, 257], 6, [80, 443]), egress: allows([258], 17, [53]) });
const cidr: PolicyTables = both({
  ...policy,
  egress: {
    ...allows([258], 17, [53]),
    addresses: [{ prefix: { address: Uint8Array.of(10, 0, 0, 0), length: 8 }, class: 0 }],
  },
});

/** Containers from the fewest functions to the most. */
const shapes: readonly (readonly [string, Container, Tunnel])[] = [
  ["IPv6, one host", single, "none"],
  ["+ tunnel", single, "vxlan"],
  ["+ IPv4", quiet, "vxlan"],
  ["+ flow table", { ...quiet, policy: both({ ingress: open }) }, "vxlan"],
  ["+ ingress policy (maps)", { ...quiet, policy: both({ ingress: policy.ingress }) }, "vxlan"],
  ["+ egress policy (maps)", { ...quiet, policy }, "vxlan"],
  ["+ CIDRs (maps)", { ...quiet, policy: cidr }, "vxlan"],
  ["+ records", { ...alice, policy: cidr, recordKinds: allRecords }, "vxlan"],
  ["both policies (branches), no records", { ...quiet, policy, specialised: true }, "vxlan"],
];

/** Instructions of one container's programs after the verifier took out what it does not need. */
interface Count {
  readonly shape: string;
  readonly from: number;
  readonly to: number;
  readonly jitedBytes: number;
  /** What the verifier walked of both: most of the time that loading takes. */
  readonly verified: number;
}

/** Counts of every shape, in this kernel. */
export async function countInstructions(): Promise<Count[]> {
  const counts: Count[] = [];
  for (const [shape, container, tunnel] of shapes) {
    using datapath = await openDatapath({ underlay: "192.168.7.1", tunnel });
    const loaded = await datapath.load(container);
    const from = loaded.program("from_container").info();
    const to = loaded.program("to_container").info();
    const jitedBytes = from.jitedBytes + to.jitedBytes;
    const verified = from.verifiedInstructions + to.verifiedInstructions;
    counts.push({ shape, from: from.instructions, to: to.instructions, jitedBytes, verified });
  }
  return counts;
}

/** Instructions that one tunnel costs: of an IPv6 container's program, and of the uplink's that takes only this. */
interface TunnelCount {
  readonly tunnel: Tunnel | "all";
  readonly underlay: string;
  readonly from: number;
  readonly uplink: number;
}

const every: readonly Tunnel[] = ["none", "vxlan", "geneve", "gre"];

async function countTunnel(tunnel: Tunnel | "all", underlay: string): Promise<TunnelCount> {
  const own = tunnel === "all" ? ({ accepted: every } as const) : { tunnel };
  using datapath = await openDatapath({ underlay, ...own });
  const loaded = await datapath.load(single);
  const from = loaded.program("from_container").info().instructions;
  const uplink = datapath.uplink.program("from_uplink").info().instructions;
  return { tunnel, underlay, from, uplink };
}

/** Counts of every tunnel over both underlays; the last of each accept all, as while a mesh changes. */
export async function countTunnels(): Promise<TunnelCount[]> {
  const counts: TunnelCount[] = [];
  for (const underlay of ["192.168.7.1", "fd99::1"]) {
    for (const tunnel of [...every, "all"] as const) counts.push(await countTunnel(tunnel, underlay));
  }
  return counts;
}

if (import.meta.main) {
  console.table(await countInstructions());
  console.table(await countTunnels());
}
