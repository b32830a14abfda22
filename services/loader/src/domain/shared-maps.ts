// The two maps that all programs of a host share and that the mesh fills: who is where, and who is a host.
import type { Endpoint, Host, Mesh } from "@weft/model";
import { eachEndpoint } from "@weft/model";
import { type Address, mappedBytes } from "@weft/netaddr";
import { type Entries, little, toHex } from "./bytes.ts";

/** Maps that every object of a host shares: made once, pinned under their names. */
export const sharedMaps = ["peers", "hosts", "flows", "containers"] as const;

/** Shared maps whose contents follow from the mesh. */
export type FilledMap = "peers" | "hosts";

/** An address as `struct weft_address`. */
export function addressHex(address: Address | undefined): string {
  return address === undefined ? "00".repeat(16) : toHex(mappedBytes(address));
}

/** The address at which hosts reach a host, of the family that this host's underlay has. */
export function underlayOf(host: Host, family: 4 | 6): Address | undefined {
  return family === 6 ? host.underlayIpv6 : host.underlayIpv4;
}

/** `struct weft_peer`. */
export function peerHex(endpoint: Endpoint, underlay: Address, local: boolean): string {
  const slot = local ? endpoint.slot : 0;
  return [
    little.u64(endpoint.revision),
    little.u32(endpoint.identity),
    little.u16(slot),
    toHex(endpoint.mac),
    "00000000",
    addressHex(underlay),
  ].join("");
}

interface PeerRows {
  readonly underlay: Address;
  readonly local: boolean;
  readonly keys: readonly string[];
  readonly value: string;
}

// An endpoint's record never changes, so its rows are made once as long as its host's underlay stays.
const remembered = new WeakMap<Endpoint, PeerRows>();

function peerRows(endpoint: Endpoint, underlay: Address, local: boolean): PeerRows {
  const known = remembered.get(endpoint);
  if (known !== undefined && known.underlay === underlay && known.local === local) return known;
  const { ipv6, ipv4 } = endpoint;
  const keys = (ipv4 === undefined ? [ipv6] : [ipv6, ipv4]).map(addressHex);
  const rows = { underlay, local, keys, value: peerHex(endpoint, underlay, local) };
  remembered.set(endpoint, rows);
  return rows;
}

/** Map `peers` of one host: every container whose host can be reached. */
export function peerEntries(mesh: Mesh, host: string, family: 4 | 6): Entries {
  const entries = new Map<string, string>();
  for (const endpoint of eachEndpoint(mesh)) {
    const home = mesh.hosts.get(endpoint.host);
    const underlay = home === undefined ? undefined : underlayOf(home, family);
    if (underlay === undefined) continue;
    const { keys, value } = peerRows(endpoint, underlay, endpoint.host === host);
    for (const key of keys) entries.set(key, value);
  }
  return entries;
}

/** Map `hosts`: every host of the mesh by its underlay address. */
export function hostEntries(mesh: Mesh, family: 4 | 6): Entries {
  const entries = new Map<string, string>();
  for (const host of mesh.hosts.values()) {
    const underlay = underlayOf(host, family);
    if (underlay !== undefined) entries.set(addressHex(underlay), little.u64(host.revision));
  }
  return entries;
}
