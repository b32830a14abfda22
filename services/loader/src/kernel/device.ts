// A container's device as netlink operations: made with the host's end down, brought up last.
import { tunnelOffloads } from "@weft/datapath/device";
import {
  addAddressOperation,
  addNeighbourOperation,
  addRouteOperation,
  addresses,
  createVethOperation,
  deleteAddressOperation,
  deleteLinkOperation,
  deleteNeighbourOperation,
  deleteRouteOperation,
  link,
  links,
  type NetworkOperation,
  routes,
  runNetwork,
  setFeatureOperation,
  setLinkOperation,
  writeSysctlOperation,
} from "@weft/ebpf";
import { WeftError } from "@weft/netaddr";
import type { DeviceState, InsideState } from "../domain/actual.ts";
import type { DeviceWish } from "../domain/operation.ts";
import type { HookPlace } from "./hooks.ts";

const gateways = { 4: "169.254.1.1", 6: "fe80::1" } as const;

/** Whose network namespace, and what marks things there as ours. */
type DevicePlace = Pick<HookPlace, "netns" | "mark">;

/** Makes the pair, the container's end inside its namespace and ready; answers the index of the host's end. */
export async function createDevice(place: DevicePlace, device: DeviceWish): Promise<number> {
  const { name, mtu, mac, hostMac } = device;
  const { netns, mark } = place;
  const peer = { name: device.interface, netns: device.netns, mac, mtu };
  await removeDevice(place, name);
  await runNetwork(netns, [
    createVethOperation({ name, mac: hostMac, mtu, peer }),
    setLinkOperation({ ifname: name, alias: mark }),
    // The host's end needs no address: routes and neighbours lead to the container.
    writeSysctlOperation(`net/ipv6/conf/${name}/addr_gen_mode`, 1),
    writeSysctlOperation(`net/ipv4/conf/${name}/rp_filter`, 0),
  ]);
  await runNetwork(device.netns, insideOperations(device, []));
  return indexOf(netns, name);
}

/** Makes the properties of a pair that exists what they should be. */
export async function configureDevice(netns: string | undefined, device: DeviceWish): Promise<void> {
  const { name, mtu, hostMac, addresses: wanted } = device;
  await runNetwork(netns, [setLinkOperation({ ifname: name, mac: hostMac, mtu })]);
  const state = await readInside(device);
  const extra = (state?.addresses ?? []).filter((address) => !wanted.includes(address));
  await runNetwork(device.netns, insideOperations(device, extra));
}

function insideOperations(device: DeviceWish, extra: readonly string[]): NetworkOperation[] {
  const { interface: ifname, mac, mtu } = device;
  return [
    setLinkOperation({ ifname: "lo", up: true }),
    writeSysctlOperation(`net/ipv6/conf/${ifname}/accept_dad`, 0),
    writeSysctlOperation(`net/ipv6/conf/${ifname}/accept_ra`, 0),
    ...tunnelOffloads.map((feature) =>
      setFeatureOperation({ ifname, feature, on: false, tolerate: ["EOPNOTSUPP", "EINVAL"] }),
    ),
    setLinkOperation({ ifname, mac, mtu, up: true }),
    ...extra.map((address) => deleteAddressOperation({ ifname, address })),
    ...addressOperations(ifname, device.addresses),
  ];
}

/** Addresses, and the default routes of their families. */
function addressOperations(ifname: string, wanted: readonly string[]): NetworkOperation[] {
  return [
    ...wanted.map((address) => addAddressOperation({ ifname, address, nodad: true, tolerate: ["EEXIST"] })),
    ...wanted.map((address) => addRouteOperation({ ...defaultRoute(ifname, address), replace: true })),
  ];
}

function defaultRoute(
  ifname: string,
  address: string,
): { ifname: string; dst: string; via: string; onlink: true } {
  return { ifname, dst: "default", via: gateways[address.includes(":") ? 6 : 4], onlink: true };
}

/** An address without its length. */
function bare(address: string): string {
  return address.replace(/\/.*/, "");
}

/** Gives the container's end these addresses, the ways out that they need, and no others; nothing else of it changes. */
export async function readdressDevice(device: DeviceWish): Promise<void> {
  const { interface: ifname, addresses: wanted } = device;
  const held = (await readInside(device))?.addresses ?? [];
  const extra = held.filter((address) => !wanted.includes(address));
  const fresh = wanted.filter((address) => !held.includes(address));
  await runNetwork(device.netns, [
    ...extra.map((address) => deleteAddressOperation({ ifname, address, tolerate: ["EADDRNOTAVAIL"] })),
    ...addressOperations(ifname, fresh),
    // Who takes the device down loses the routes of all addresses, and the addresses of IPv6 alone.
    ...held
      .filter((address) => wanted.includes(address))
      .map((address) => addRouteOperation({ ...defaultRoute(ifname, address), tolerate: ["EEXIST"] })),
  ]);
}

/** Sets the MTU of both ends. The container's routes and connections follow it by themselves. */
export async function resizeDevice(netns: string | undefined, device: DeviceWish): Promise<void> {
  const { name, mtu, interface: ifname } = device;
  await runNetwork(device.netns, [setLinkOperation({ ifname, mtu })]);
  await runNetwork(netns, [setLinkOperation({ ifname: name, mtu })]);
}

/** Brings the host's end up, and the ways from the host's stack to the container; takes `stale` ones away. */
export async function upDevice(
  netns: string | undefined,
  device: DeviceWish,
  stale: readonly string[],
): Promise<void> {
  const { name: ifname, mac, addresses: wanted } = device;
  await runNetwork(netns, [
    setLinkOperation({ ifname, up: true }),
    ...wanted.map((dst) => addRouteOperation({ ifname, dst, replace: true })),
    ...wanted.map((address) => addNeighbourOperation({ ifname, address: bare(address), mac })),
    ...stale.map((dst) => deleteRouteOperation({ ifname, dst, tolerate: ["ESRCH"] })),
    ...stale.map((address) =>
      deleteNeighbourOperation({ ifname, address: bare(address), tolerate: ["ENOENT"] }),
    ),
  ]);
}

/** Removes a pair, if it is there; ALREADY_EXISTS when it is not this mesh's. */
export async function removeDevice({ netns, mark }: DevicePlace, name: string): Promise<void> {
  const found = await link({ ifname: name, ...(netns === undefined ? {} : { netns }) });
  if (found === undefined) return;
  if (found.alias !== mark && found.alias !== "") {
    throw new WeftError("ALREADY_EXISTS", `device ${name} is not of this mesh: ${found.alias}`, {
      expected: `no device of that name, or an alias "${mark}"`,
    });
  }
  await runNetwork(netns, [deleteLinkOperation({ ifname: name, tolerate: ["ENODEV"] })]);
}

async function indexOf(netns: string | undefined, name: string): Promise<number> {
  const found = (await links(netns)).find((device) => device.name === name);
  if (found === undefined) throw new Error(`device ${name} was made and is not there`);
  return found.ifindex;
}

/** The container's end; undefined when it is not there. Throws when the namespace cannot be entered. */
async function readInside(device: DeviceWish): Promise<InsideState | undefined> {
  const inside = (await links(device.netns)).find(({ name }) => name === device.interface);
  if (inside === undefined) return undefined;
  const held = (await addresses(device.netns))
    .filter(({ ifindex, address }) => ifindex === inside.ifindex && !address.startsWith("fe80:"))
    .map(({ address }) => address);
  const { up, mac, mtu } = inside;
  const out = (await routes(device.netns)).filter(
    ({ dst, type }) => dst.endsWith("/0") && type === "unicast",
  );
  const ways = ([4, 6] as const).filter((family) => out.some((route) => route.family === family));
  return { up, mac, mtu, addresses: held.sort(), ways };
}

/** Every device of this mesh in the host's namespace, and which containers' namespaces are gone. */
export async function readDevices(
  netns: string | undefined,
  wanted: readonly DeviceWish[],
  mark: string,
): Promise<{ devices: Map<string, DeviceState>; gone: Set<string> }> {
  const wishes = new Map(wanted.map((wish) => [wish.name, wish]));
  const gone = new Set<string>();
  const insides = new Map<string, InsideState | undefined>();
  for (const wish of wanted) {
    try {
      insides.set(wish.name, await readInside(wish));
    } catch (error) {
      if (!isGone(error)) throw error;
      gone.add(wish.netns);
    }
  }
  const ways = Map.groupBy(await routes(netns), (route) => route.ifindex);
  const devices = new Map<string, DeviceState>();
  for (const { name, kind, ifindex, up, mac, mtu, alias } of await links(netns)) {
    // Ended between making and marking it, a loader leaves one without an alias.
    const unmarked = alias === "" && (wishes.has(name) || /^weft[0-9a-f]{10}$/.test(name));
    const ours = alias === mark || unmarked;
    if (kind !== "veth" || !ours) continue;
    const held = (ways.get(ifindex) ?? []).filter(
      ({ dst, type }) => type === "unicast" && /\/(32|128)$/.test(dst),
    );
    const state = {
      ifindex,
      up,
      mac,
      mtu,
      inside: insides.get(name),
      routes: held.map(({ dst }) => dst).sort(),
    };
    devices.set(name, state);
  }
  return { devices, gone };
}

/** ENOENT: the path is gone. EINVAL: what is left of it is no namespace (its mount is gone). */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EINVAL");
}
