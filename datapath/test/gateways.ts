import {
  addAddressOperation,
  addRouteOperation,
  createNetns,
  createVeth,
  runNetwork,
  writeSysctl,
  writeSysctlOperation,
} from "@weft/ebpf";
import type { Container, Tunnel } from "./datapath.ts";
import { must } from "./foreign.ts";
import { type Attach, forwarding, openWorld, underlays, type World } from "./world.ts";

/** A router between the hosts, by which the first host's packets reach the second. */
export interface Gateway {
  readonly netns: string;
  readonly addresses: Readonly<Record<4 | 6, string>>;
  /** As its device has it now. */
  mac(): Promise<string>;
  /** Packets of both families that it has taken. */
  taken(): Promise<number>;
  /** Takes it off the network, or puts it back. */
  set(state: "off" | "on"): Promise<void>;
}

/** A world whose hosts are on one network with two gateways. */
export interface GatewayWorld extends World {
  readonly gateways: readonly [Gateway, Gateway];
  /** Makes the first host send to the second, and to its containers, by a gateway; or not at all. */
  route(by: Gateway | "unreachable"): Promise<void>;
}

/** Two hosts and two gateways at a switch; the first host reaches the second by the first gateway. `far` lives there. */
export async function openGatewayWorld(
  underlay: 4 | 6,
  attach: Attach,
  tunnel: Tunnel,
  far: Container,
): Promise<GatewayWorld> {
  const routers: Gateway[] = [];
  const world = await openWorld(underlay, attach, tunnel, undefined, async (stack, prefix) => {
    const made = async (name: string) => stack.use(await createNetns(`${prefix}-${name}`));
    const spaces = [await made("h0"), await made("h1"), await made("g0"), await made("g1")] as const;
    const center = await made("switch");
    await must(center.path, "ip", "link", "add", "br0", "up", "type", "bridge");
    const [a, b, ...gateways] = spaces;
    for (const [index, { path }] of spaces.entries()) await join(center.path, path, `p${index}`);
    for (const [index, { path }] of gateways.entries()) {
      const port = ["bridge", "link", "set", "dev", `p${index + 2}`, "state"];
      const set: Gateway["set"] = async (state) => {
        await must(center.path, ...port, state === "on" ? "3" : "0");
      };
      routers.push({ ...(await openGateway(path, index, far)), set });
    }
    return [a, b];
  });
  const [first, second] = routers;
  const { netns } = world.hosts[0];
  if (first === undefined || second === undefined) throw new Error("a gateway is missing");
  const route = async (by: Gateway | "unreachable") => {
    for (const address of [...hostAddresses, far.ipv6, `${far.ipv4}`]) await routeTo(netns, address, by);
  };
  return { ...world, gateways: [first, second], route };
}

const hostAddresses = [underlays[4][1], underlays[6][1]] as const;

/** Makes `up0` of a namespace a port of the switch, which sends it no frame that is for another. */
async function join(center: string, netns: string, port: string): Promise<void> {
  await writeSysctl("net/ipv6/conf/default/accept_dad", 0, { netns });
  await createVeth({ netns: center, name: port, up: true, peer: { name: "up0", netns, up: true } });
  await must(center, "ip", "link", "set", port, "master", "br0");
  await must(center, "bridge", "link", "set", "dev", port, "flood", "off");
}

async function openGateway(netns: string, index: number, far: Container): Promise<Omit<Gateway, "set">> {
  const addresses = { 4: `192.168.7.10${index}`, 6: `fd99::10${index}` };
  const quiet = ["all", "up0"].map((each) => writeSysctlOperation(`net/ipv4/conf/${each}/send_redirects`, 0));
  await runNetwork(netns, [
    ...forwarding,
    ...quiet,
    // A device that gets another MAC tells the others.
    writeSysctlOperation("net/ipv4/conf/up0/arp_notify", 1),
    writeSysctlOperation("net/ipv6/conf/up0/ndisc_notify", 1),
    addAddressOperation({ ifname: "up0", address: `${addresses[4]}/24` }),
    addAddressOperation({ ifname: "up0", address: `${addresses[6]}/64`, nodad: true }),
    addRouteOperation({ ifname: "up0", dst: `${far.ipv4}/32`, via: hostAddresses[0] }),
    addRouteOperation({ ifname: "up0", dst: `${far.ipv6}/128`, via: hostAddresses[1] }),
  ]);
  const device = async () => JSON.parse(await must(netns, "ip", "-json", "-stats", "link", "show", "up0"))[0];
  return {
    netns,
    addresses,
    mac: async () => (await device()).address,
    taken: async () => (await device()).stats64.rx.packets,
  };
}

async function routeTo(netns: string, address: string, by: Gateway | "unreachable"): Promise<void> {
  const family = address.includes(":") ? 6 : 4;
  const way = by === "unreachable" ? [] : ["via", by.addresses[family], "dev", "up0", "onlink"];
  const kind = by === "unreachable" ? ["unreachable"] : [];
  // An IPv6 route of another kind does not replace one: it stands beside it.
  if (family === 6 && by === "unreachable") await must(netns, "ip", "-6", "route", "flush", address);
  await must(netns, "ip", `-${family}`, "route", "replace", ...kind, address, ...way);
}
