// What Weft is compared with, made of plain kernel parts. Names begin with "wb-"; everything goes with its namespaces.
import type { Path } from "./path.ts";
import { ip, setSysctl } from "./shell.ts";

const made: string[] = [];

/** A namespace, to be removed with the others. */
export function netns(name: string): string {
  ip(`netns add ${name}`);
  made.push(name);
  ip(`-n ${name} link set lo up`);
  return name;
}

/** A pair of devices that joins two namespaces. */
export function veth(a: string, deviceA: string, b: string, deviceB: string): void {
  ip(`link add ${deviceA} netns ${a} type veth peer name ${deviceB} netns ${b}`);
  ip(`-n ${a} link set ${deviceA} up`);
  ip(`-n ${b} link set ${deviceB} up`);
}

/** Gives a device of a namespace an address. */
export function address(name: string, device: string, text: string): void {
  ip(`-n ${name} address add ${text} dev ${device} nodad`);
}

/** A bridge whose frames do not visit iptables: the faster setting, which is fair to it. */
function bridge(host: string): void {
  ip(`-n ${host} link add br0 type bridge`);
  ip(`-n ${host} link set br0 up`);
  for (const family of ["iptables", "ip6tables"]) {
    setSysctl(host, `bridge/bridge-nf-call-${family}`, "0");
  }
}

/** Deletes every namespace made here, and with it the devices. */
export function removePeers(): void {
  for (const name of made.splice(0)) ip(`netns delete ${name}`);
}

/** Two namespaces joined by one veth pair: the floor of a same-host path. */
export function rawVeth(): Path {
  const [client, server] = [netns("wb-veth-a"), netns("wb-veth-b")];
  veth(client, "eth0", server, "eth0");
  address(client, "eth0", "fd00:bb:1::a/64");
  address(server, "eth0", "fd00:bb:1::b/64");
  return { name: "raw veth", client, server, address: "fd00:bb:1::b" };
}

/** Two namespaces on a kernel bridge in a third, as Docker and the CNI bridge plugin do. */
export function kernelBridge(): Path {
  const [host, client, server] = [netns("wb-br"), netns("wb-br-a"), netns("wb-br-b")];
  bridge(host);
  for (const [name, end] of [
    [client, "a"],
    [server, "b"],
  ] as const) {
    veth(name, "eth0", host, `port-${end}`);
    ip(`-n ${host} link set port-${end} master br0`);
    address(name, "eth0", `fd00:bb:2::${end}/64`);
  }
  return { name: "kernel bridge", client, server, address: "fd00:bb:2::b" };
}

/** Two hosts on a router, wired as the lab's fabric is; returns the bare underlay and kernel VXLAN with bridges on it. */
export function crossHost(): readonly [Path, Path] {
  const router = netns("wb-router");
  const hosts = [netns("wb-h1"), netns("wb-h2")] as const;
  const containers = [netns("wb-vx-a"), netns("wb-vx-b")] as const;
  for (const [index, host] of hosts.entries()) {
    veth(host, "up0", router, `host${index}`);
    address(router, `host${index}`, `10.251.${index}.0/31`);
    address(host, "up0", `10.251.${index}.1/31`);
    address(router, `host${index}`, `fd00:bb:4:${index}::/127`);
    address(host, "up0", `fd00:bb:4:${index}::1/127`);
    ip(`-n ${host} route add default via 10.251.${index}.0`);
    ip(`-n ${host} -6 route add default via fd00:bb:4:${index}::`);
  }
  for (const name of ["ipv4/ip_forward", "ipv6/conf/all/forwarding"]) setSysctl(router, name, "1");
  for (const [index, host] of hosts.entries()) {
    const [local, remote] = [`10.251.${index}.1`, `10.251.${1 - index}.1`];
    bridge(host);
    ip(`-n ${host} link add vx0 type vxlan id 7 local ${local} remote ${remote} dstport 4789`);
    veth(containers[index] ?? "", "eth0", host, "port0");
    for (const port of ["vx0", "port0"]) ip(`-n ${host} link set ${port} master br0 up`);
    address(containers[index] ?? "", "eth0", `fd00:bb:3::${index + 1}/64`);
    ip(`-n ${containers[index]} link set eth0 mtu 1450`);
  }
  return [
    { name: "bare underlay", client: hosts[0], server: hosts[1], address: "10.251.1.1" },
    { name: "kernel VXLAN + bridge", client: containers[0], server: containers[1], address: "fd00:bb:3::2" },
  ];
}
