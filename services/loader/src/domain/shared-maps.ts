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

// An endpoint's record never changes, so its entry is made once as long as its host's underlay stays.
const remembered = new WeakMap<
  Endpoint,
  { readonly underlay: Address; readonly local: boolean; readonly hex: string }
>();

function rememberedPeer(endpoint: Endpoint, underlay: Address, local: boolean): string {
  const known = remembered.get(endpoint);
  if (known !== undefined && known.underlay === underlay && known.local === local) return known.hex;
  const hex = peerHex(endpoint, underlay, local);
  remembered.set(endpoint, { underlay, local, hex });
  return hex;
}

/** Map `peers` of one host: every container whose host can be reached. */
export function peerEntries(mesh: Mesh, host: string, family: 4 | 6): Entries {
  const entries = new Map<string, string>();
  for (const endpoint of eachEndpoint(mesh)) {
    const home = mesh.hosts.get(endpoint.host);
    const underlay = home === undefined ? undefined : underlayOf(home, family);
    if (underlay === undefined) continue;
    const value = rememberedPeer(endpoint, underlay, endpoint.host === host);
    entries.set(addressHex(endpoint.ipv6), value);
    if (endpoint.ipv4 !== undefined) entries.set(addressHex(endpoint.ipv4), value);
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
