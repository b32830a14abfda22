import { execFile } from "node:child_process";
import {
  addAddressOperation,
  addRoute,
  addRouteOperation,
  attachClsact,
  attachTcx,
  createNetns,
  createVeth,
  link,
  type NetworkNamespace,
  type Program,
  runNetwork,
  setFeatureOperation,
  setLinkOperation,
  writeSysctl,
  writeSysctlOperation,
} from "@weft/ebpf";
import { tunnelOffloads } from "../src/device.ts";
import {
  type Container,
  countersOf,
  type Datapath,
  gatewayMac,
  openDatapath,
  type Tunnel,
} from "./datapath.ts";

/** How programs are attached. */
export type Attach = "tcx" | "clsact";

/** A container with a namespace of its own. */
export interface LiveContainer extends Container {
  readonly netns: string;
  /** Loads other programs under the same device and slot. */
  change(changed: Partial<Container>): Promise<void>;
  /** What became of its packets, by outcome's number, as the programs it began with counted them. */
  counted(): Record<number, number>;
}

/** A host with a namespace of its own and an uplink. */
interface LiveHost {
  readonly netns: string;
  readonly underlay: string;
  readonly datapath: Datapath;
  add(container: Container): Promise<LiveContainer>;
}

/** Two hosts with a wire between them. */
export interface World extends AsyncDisposable {
  readonly hosts: readonly [LiveHost, LiveHost];
}

let count = 0;

/** Addresses of the hosts on the wire, by family. */
export const underlays = { 4: ["192.168.7.2", "192.168.7.3"], 6: ["fd99::2", "fd99::3"] } as const;

const headerBytes = { none: 0, vxlan: 30, geneve: 38, gre: 22 } as const;

/** Bytes that a tunnel adds to an IP packet: its own header, the inner Ethernet header, the outer IP header. */
export function overhead(tunnel: Tunnel, underlay: 4 | 6): number {
  return tunnel === "none" ? 0 : headerBytes[tunnel] + (underlay === 4 ? 20 : 40);
}

interface WorldOptions {
  readonly underlay: 4 | 6;
  readonly attach: Attach;
  readonly tunnel: Tunnel;
  readonly mtu: number;
}

/** Makes the namespaces of two hosts, each with its end of a network, `up0`. */
type OpenWire = (
  stack: AsyncDisposableStack,
  prefix: string,
) => Promise<[NetworkNamespace, NetworkNamespace]>;

/** Two hosts, their uplinks joined; `underlay` 4 or 6 is what the tunnel runs on. */
export async function openWorld(
  underlay: 4 | 6,
  attach: Attach,
  tunnel: Tunnel = "vxlan",
  mtu = 1500 - overhead(tunnel, underlay),
  openWireBetween: OpenWire = openWire,
): Promise<World> {
  return await disposedOnFailure(async (stack) => {
    const shared: Shared = { underlay, attach, tunnel, mtu, prefix: nextPrefix(), hosts: [], known: [] };
    const [a, b] = await openWireBetween(stack, shared.prefix);
    const hosts = [await openHost(stack, shared, 0, a), await openHost(stack, shared, 1, b)] as const;
    return { hosts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  });
}

/** A host, and at the other end of its wire somebody who is none of ours. */
export interface HalfWorld extends AsyncDisposable {
  readonly host: LiveHost;
  /** Namespace of the other: `up0` is there and up, and has no address. */
  readonly foreign: string;
  readonly prefix: string;
  readonly mtu: number;
}

/** The first of the two hosts of a world: over IPv6 with programs attached as kernels before 6.6 do it. */
export async function openHalfWorld(underlay: 4 | 6, tunnel: Tunnel): Promise<HalfWorld> {
  return await disposedOnFailure(async (stack) => {
    const mtu = 1500 - overhead(tunnel, underlay);
    const prefix = nextPrefix();
    const attach = underlay === 6 ? "clsact" : "tcx";
    const shared: Shared = { underlay, attach, tunnel, mtu, prefix, hosts: [], known: [] };
    const [a, b] = await openWire(stack, prefix);
    const host = await openHost(stack, shared, 0, a);
    return { host, foreign: b.path, prefix, mtu, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  });
}

/** What `make` puts on the stack goes when it fails. */
export async function disposedOnFailure<Result>(
  make: (stack: AsyncDisposableStack) => Promise<Result>,
): Promise<Result> {
  const stack = new AsyncDisposableStack();
  try {
    return await make(stack);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function nextPrefix(): string {
  return `wt-${process.pid}-c${count++}`;
}

async function openWire(
  stack: AsyncDisposableStack,
  prefix: string,
): Promise<[NetworkNamespace, NetworkNamespace]> {
  const a = stack.use(await createNetns(`${prefix}-h0`));
  const b = stack.use(await createNetns(`${prefix}-h1`));
  // A link-local address that is still being examined asks for no neighbours, for a second or two.
  for (const netns of [a.path, b.path]) await writeSysctl("net/ipv6/conf/default/accept_dad", 0, { netns });
  await createVeth({ netns: a.path, name: "up0", up: true, peer: { name: "up0", netns: b.path, up: true } });
  return [a, b];
}

interface Shared extends WorldOptions {
  readonly prefix: string;
  readonly hosts: LiveHost[];
  readonly known: { host: number; container: Container }[];
}

/** As the loader has it on every host. */
export const forwarding = [
  writeSysctlOperation("net/ipv4/ip_forward", 1),
  writeSysctlOperation("net/ipv4/conf/all/rp_filter", 0),
  writeSysctlOperation("net/ipv6/conf/all/forwarding", 1),
];

async function openHost(
  stack: AsyncDisposableStack,
  shared: Shared,
  index: number,
  space: NetworkNamespace,
): Promise<LiveHost> {
  const { attach, tunnel, mtu, prefix, hosts, known } = shared;
  const addresses = underlays[shared.underlay];
  const underlay = addresses[index] ?? "";
  const otherUnderlay = underlays[shared.underlay === 4 ? 6 : 4][index] ?? "";
  await runNetwork(space.path, [
    ...forwarding,
    setLinkOperation({ ifname: "lo", up: true }),
    addAddressOperation({ ifname: "up0", address: `${underlays[4][index]}/31` }),
    addAddressOperation({ ifname: "up0", address: `${underlays[6][index]}/127`, nodad: true }),
  ]);
  const uplinkIfindex = (await link({ netns: space.path, ifname: "up0" }))?.ifindex ?? 0;
  const datapath = stack.use(
    await openDatapath({ underlay, otherUnderlay, uplinkIfindex, tunnel, pathMtu: mtu }),
  );
  for (const each of addresses) datapath.addHost(each);
  const hook = async (ifname: string, direction: "ingress" | "egress", program: Program) => {
    const target = { netns: space.path, ifname, direction, program };
    return stack.use(await (attach === "tcx" ? attachTcx(target) : attachClsact(target)));
  };
  await hook("up0", "ingress", datapath.uplink.program("from_uplink"));

  async function add(container: Container): Promise<LiveContainer> {
    const name = `w${container.slot}`;
    const inside = stack.use(await createNetns(`${prefix}-h${index}-${name}`));
    await makeDevice(space.path, name, inside.path, container, mtu);
    const ifindex = (await link({ netns: space.path, ifname: name }))?.ifindex ?? 0;
    const loaded = await datapath.load({ ...container, ifindex });
    const ingress = await hook(name, "ingress", loaded.program("from_container"));
    const egress = await hook(name, "egress", loaded.program("to_container"));
    known.push({ host: index, container });
    for (const [at, host] of hosts.entries()) {
      for (const each of known) {
        host.datapath.addPeer(each.container, each.host === at ? undefined : addresses[each.host]);
      }
      if (tunnel === "none" && at !== index) await routeTo(host.netns, container, index);
    }
    return {
      ...container,
      netns: inside.path,
      counted: () => countersOf(loaded),
      async change(changed) {
        const next = await datapath.load({ ...container, ...changed, ifindex });
        await ingress.update(next.program("from_container"));
        await egress.update(next.program("to_container"));
      },
    };
  }
  const host: LiveHost = { netns: space.path, underlay, datapath, add };
  hosts.push(host);
  return host;
}

/** The way to a container without a tunnel: by the underlay's own routes. */
async function routeTo(netns: string, { ipv4, ipv6 }: Container, host: number): Promise<void> {
  const [via4 = "", via6 = ""] = [underlays[4][host], underlays[6][host]];
  await addRoute({ netns, ifname: "up0", dst: `${ipv6}/128`, via: via6 });
  if (ipv4 !== undefined) await addRoute({ netns, ifname: "up0", dst: `${ipv4}/32`, via: via4 });
}

async function makeDevice(
  host: string,
  name: string,
  inside: string,
  container: Container,
  mtu: number,
): Promise<void> {
  const { mac, ipv6, ipv4 } = container;
  await createVeth({
    netns: host,
    name,
    mac: gatewayMac,
    mtu,
    up: true,
    peer: { name: "eth0", netns: inside, mac, mtu, up: true },
  });
  await runNetwork(inside, [
    setLinkOperation({ ifname: "lo", up: true }),
    ...tunnelOffloads.map((feature) => setFeatureOperation({ ifname: "eth0", feature, on: false })),
    addAddressOperation({ ifname: "eth0", address: `${ipv6}/128`, nodad: true }),
    addRouteOperation({ ifname: "eth0", dst: "default", via: "fe80::1" }),
  ]);
  if (ipv4 === undefined) return;
  await runNetwork(inside, [
    addAddressOperation({ ifname: "eth0", address: `${ipv4}/32` }),
    addRouteOperation({ ifname: "eth0", dst: "default", via: "169.254.1.1", onlink: true }),
  ]);
}

/** Runs a command in a namespace; its output, or what went wrong. */
export function inside(
  netns: string,
  ...command: readonly string[]
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const args = [`--net=${netns}`, ...command];
    execFile("nsenter", args, { timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: stdout + stderr });
    });
  });
}
