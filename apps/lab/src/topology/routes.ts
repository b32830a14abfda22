import { addRouteOperation, runNetwork } from "@weft/ebpf";
import { fabricNetns } from "./names.ts";
import { planHosts } from "./plan.ts";

/** The containers' prefixes of one host, as text. */
export interface HostPrefixes {
  readonly name: string;
  readonly prefixes: readonly string[];
}

/**
 * Tells the router between the hosts where the containers are, as a network operator would for hosts that send their
 * containers' packets as they are (no tunnel). Again is nothing.
 */
export async function routeContainers(mesh: string, hosts: readonly HostPrefixes[]): Promise<void> {
  const links = new Map(planHosts(64).map((link) => [link.name, link]));
  const routes = hosts.flatMap(({ name, prefixes }) => {
    const link = links.get(name);
    if (link === undefined) return [];
    return prefixes.map((dst) => {
      const via = dst.includes(":") ? link.ipv6 : link.ipv4;
      return addRouteOperation({ dst, via, ifname: link.fabricDevice, replace: true });
    });
  });
  await runNetwork(fabricNetns(mesh), routes);
}
