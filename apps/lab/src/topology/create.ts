import {
  addAddressOperation,
  addRouteOperation,
  createNetns,
  createVeth,
  runNetwork,
  setFeatureOperation,
  setLinkOperation,
  writeSysctlOperation,
} from "@weft/ebpf";
import { fabricNetns, hostNetns } from "./names.ts";
import { type HostLink, uplinkName } from "./plan.ts";

const forwarding = [
  writeSysctlOperation("net/ipv4/ip_forward", 1),
  writeSysctlOperation("net/ipv6/conf/all/forwarding", 1),
];
const loopbackUp = setLinkOperation({ ifname: "lo", up: true });

// Segments of one flow are put together again where they come in, as by any network card's driver. A veth does not undo
// the marks of a UDP super-packet whose tunnel header was removed, so that such are cut up before they leave.
const offloads = [
  setFeatureOperation({ ifname: uplinkName, feature: "rx-gro", on: true }),
  setFeatureOperation({ ifname: uplinkName, feature: "tx-udp-segmentation", on: false }),
];

/** Makes the hosts and the router between them, with routes from every host to every other. */
export async function createHosts(mesh: string, hosts: readonly HostLink[]): Promise<void> {
  const fabric = fabricNetns(mesh);
  await createNetns(fabric);
  await runNetwork(fabric, [loopbackUp, ...forwarding]);
  await Promise.all(hosts.map((host) => createHost(mesh, fabric, host)));
}

async function createHost(mesh: string, fabric: string, host: HostLink): Promise<void> {
  const netns = hostNetns(mesh, host.name);
  await createNetns(netns);
  await createVeth({ netns: fabric, name: host.fabricDevice, peer: { name: uplinkName, netns } });
  await runNetwork(fabric, link(host.fabricDevice, `${host.fabricIpv4}/31`, `${host.fabricIpv6}/127`));
  await runNetwork(netns, [
    loopbackUp,
    // A host forwards between its containers and the outside; replies may come back another way than they went.
    ...forwarding,
    writeSysctlOperation("net/ipv4/conf/all/rp_filter", 0),
    writeSysctlOperation("net/ipv4/conf/default/rp_filter", 0),
    ...link(uplinkName, `${host.ipv4}/31`, `${host.ipv6}/127`),
    ...offloads,
    addRouteOperation({ dst: "default", via: host.fabricIpv4, ifname: uplinkName }),
    addRouteOperation({ dst: "default", via: host.fabricIpv6, ifname: uplinkName }),
  ]);
}

function link(ifname: string, ipv4: string, ipv6: string) {
  return [
    setLinkOperation({ ifname, up: true }),
    addAddressOperation({ ifname, address: ipv4 }),
    addAddressOperation({ ifname, address: ipv6, nodad: true }),
  ];
}
