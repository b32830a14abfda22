// How a host's packets travel to the other hosts: what the options say, as far as the addresses of this host go. Pure.
import { tunnel as tunnelNumbers } from "@weft/datapath";
import {
  type Host,
  type Mesh,
  mtuBounds,
  optionFor,
  type Tunnel,
  tunnelsFor,
  underlayMtuFor,
} from "@weft/model";
import type { Address } from "@weft/netaddr";
import type { HostFacts } from "./desired.ts";
import { underlayOf } from "./shared-maps.ts";

const outer = { 4: 20, 6: 40 } as const;
// After the outer IP header: UDP and VXLAN; UDP, Geneve and our option of 8 bytes; GRE with its key. Then an Ethernet header.
const headers: Readonly<Record<Tunnel, number>> = { none: 0, vxlan: 16 + 14, geneve: 24 + 14, gre: 8 + 14 };

/** Bytes that a tunnel adds to an IP packet, by the family of the underlay. */
function tunnelOverhead(tunnel: Tunnel, family: 4 | 6): number {
  return tunnel === "none" ? 0 : outer[family] + headers[tunnel];
}

/** What counts for a host now. */
export interface Transport {
  readonly tunnel: Tunnel;
  /** This host's source of tunnels; its family is the tunnels'. */
  readonly underlay: Address;
  /** Bit `1 << enum weft_tunnel` for each that is taken. */
  readonly accepted: number;
  /** The largest IP packet of a container that fits. */
  readonly pathMtu: number;
  /** The most bytes that a tunnel adds to it, now or as soon as an announced change is made. */
  readonly overhead: number;
  /** What cannot be as the options say. */
  readonly warnings: readonly string[];
}

/** How a host's packets travel, as of a mesh. */
export function transportOf(mesh: Mesh, facts: HostFacts): Transport {
  const { current, next } = tunnelsFor(mesh, facts.host);
  const warnings: string[] = [];
  const underlay = underlayFor(mesh, facts, warnings);
  // While a change is announced, packets must fit both before and after it; and they must fit to every host.
  const families = new Set([underlay.family, ...otherFamilies(mesh, underlay.family, warnings)]);
  const overheads = [...families].flatMap((family) => [
    tunnelOverhead(current, family),
    tunnelOverhead(next, family),
  ]);
  const underlayMtu = Math.min(facts.uplinkMtu, underlayMtuFor(mesh, facts.host) ?? facts.uplinkMtu);
  const overhead = Math.max(...overheads);
  const room = underlayMtu - overhead;
  if (room < mtuBounds.least) {
    const what = underlayMtu < facts.uplinkMtu ? "option mtu" : facts.uplink;
    const need = `${current} over IPv${underlay.family} leaves ${room} of the ${underlayMtu} bytes of ${what}`;
    warnings.push(`path MTU: ${need}; IPv6 needs ${mtuBounds.least}: larger packets are lost`);
  }
  const accepted = acceptedTunnels(mesh, facts.host);
  return { tunnel: current, underlay, accepted, pathMtu: boundedMtu(room), overhead, warnings };
}

function boundedMtu(bytes: number): number {
  return Math.min(Math.max(bytes, mtuBounds.least), mtuBounds.most);
}

/**
 * The largest IP packet of a container that a host's own wire takes, behind so many bytes of a tunnel. 0: the host does not say, as
 * earlier versions did not.
 */
export function pathMtuTo(mesh: Mesh, host: Host, overhead: number): number {
  const told = [host.uplinkMtu, underlayMtuFor(mesh, host.name)].filter((mtu) => mtu !== undefined);
  return told.length === 0 ? 0 : boundedMtu(Math.min(...told) - overhead);
}

function underlayFor(mesh: Mesh, facts: HostFacts, warnings: string[]): Address {
  const said = optionFor(mesh, facts.host, "underlay")?.value;
  if (said === undefined) return facts.underlay;
  const wanted = said === "6" ? facts.underlay6 : facts.underlay4;
  if (wanted === undefined) {
    warnings.push(`underlay: ${facts.uplink} has no IPv${said} address; IPv${facts.underlay.family} stays`);
  }
  return wanted ?? facts.underlay;
}

/** Families by which hosts must be reached that have no address of the wanted one. */
function otherFamilies(mesh: Mesh, family: 4 | 6, warnings: string[]): (4 | 6)[] {
  const others = new Set<4 | 6>();
  for (const host of mesh.hosts.values()) {
    const address = underlayOf(host, family);
    if (address?.family === family) continue;
    const instead = address === undefined ? "cannot be reached" : `is reached over IPv${address.family}`;
    warnings.push(`underlay: host ${host.name} has no IPv${family} address, and ${instead}`);
    if (address !== undefined) others.add(address.family);
  }
  return [...others];
}

/** Everything that some host of the mesh sends with, has just sent with, or is about to. */
function acceptedTunnels(mesh: Mesh, host: string): number {
  let mask = 0;
  for (const name of new Set([host, ...mesh.hosts.keys()])) {
    const { current, next, previous } = tunnelsFor(mesh, name);
    for (const tunnel of [current, next, previous]) mask |= 1 << tunnelNumbers[tunnel];
  }
  return mask;
}
