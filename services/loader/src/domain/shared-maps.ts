// The two maps that all programs of a host share and that the mesh fills: who is where, and who is a host.
import { encodeHost, encodePeer } from "@weft/datapath";
import type { Endpoint, Host, Mesh } from "@weft/model";
import { eachEndpoint } from "@weft/model";
import { type Address, mappedBytes } from "@weft/netaddr";
import { type Entries, toHex } from "./bytes.ts";

/** Maps that every object of a host shares, as far as it has them: made once, pinned under their names. */
export const sharedMaps = [
  "peers",
  "hosts",
  "flows",
  "openings",
  "begun",
  "fragments",
  "next_hops",
  "containers",
  "records",
] as const;

/**
 * Shared maps of which one of another layout begins with what the one before held. The mesh fills `peers` and `hosts` anew, and
 * what a packet is handed on in, or a record waits in, is over in a moment.
 */
export const carriedMaps: ReadonlySet<string> = new Set(["flows", "openings", "fragments", "containers"]);

/** Maps of one owner that go on through every replacement of its programs, pinned beside them. */
export const ownMaps = ["counters", "record_losses"] as const;

/** An address as `struct weft_address`. */
export function addressHex(address: Address | undefined): string {
  return address === undefined ? "00".repeat(16) : toHex(mappedBytes(address));
}

/** The address at which hosts reach a host: of this family, or of the other when it has none of this. */
export function underlayOf(host: Host, family: 4 | 6): Address | undefined {
  const { underlayIpv4, underlayIpv6 } = host;
  return family === 6 ? (underlayIpv6 ?? underlayIpv4) : (underlayIpv4 ?? underlayIpv6);
}

/** Number of a host: the index of its prefix in the mesh's, the same everywhere; 0: it has none. */
export function hostNumber(mesh: Mesh, host: string): number {
  const prefix = mesh.prefixes.get(host)?.ipv6 ?? mesh.hosts.get(host)?.ipv6;
  if (prefix === undefined || mesh.pool === undefined) return 0;
  const { value } = mesh.pool.ipv6.address;
  return Number(BigInt.asUintN(32, (prefix.address.value - value) >> BigInt(128 - prefix.length)));
}

/** Where a container's host is. */
interface Home {
  readonly underlay: Address;
  readonly number: number;
  readonly local: boolean;
}

/** `struct weft_peer`. */
function peerHex(endpoint: Endpoint, { underlay, number, local }: Home): string {
  const { revision, identity, mac } = endpoint;
  const slot = local ? endpoint.slot : 0;
  return toHex(encodePeer({ revision, identity, slot, mac, host: number, underlay: mappedBytes(underlay) }));
}

interface PeerRows {
  readonly home: Home;
  readonly keys: readonly string[];
  readonly value: string;
}

// An endpoint's record never changes, so its rows are made once as long as its host stays where it is.
const remembered = new WeakMap<Endpoint, PeerRows>();

function peerRows(endpoint: Endpoint, home: Home): PeerRows {
  const known = remembered.get(endpoint);
  if (known !== undefined && sameHome(known.home, home)) return known;
  const { ipv6, ipv4 } = endpoint;
  const keys = (ipv4 === undefined ? [ipv6] : [ipv6, ipv4]).map(addressHex);
  const rows = { home, keys, value: peerHex(endpoint, home) };
  remembered.set(endpoint, rows);
  return rows;
}

function sameHome(a: Home, b: Home): boolean {
  return a.underlay === b.underlay && a.number === b.number && a.local === b.local;
}

/** Map `peers` of one host: every container whose host can be reached. */
export function peerEntries(mesh: Mesh, host: string, family: 4 | 6): Entries {
  const entries = new Map<string, string>();
  const homes = new Map<string, Home | undefined>();
  for (const endpoint of eachEndpoint(mesh)) {
    if (!homes.has(endpoint.host)) homes.set(endpoint.host, homeOf(mesh, endpoint.host, host, family));
    const home = homes.get(endpoint.host);
    if (home === undefined) continue;
    const { keys, value } = peerRows(endpoint, home);
    for (const key of keys) entries.set(key, value);
  }
  return entries;
}

function homeOf(mesh: Mesh, name: string, host: string, family: 4 | 6): Home | undefined {
  const record = mesh.hosts.get(name);
  const underlay = record === undefined ? undefined : underlayOf(record, family);
  if (underlay === undefined) return undefined;
  return { underlay, number: hostNumber(mesh, name), local: name === host };
}

/** Map `hosts`: every host of the mesh by its underlay addresses, of both families; `mtuTo` as `struct weft_host` has it. */
export function hostEntries(mesh: Mesh, mtuTo: (host: Host) => number): Entries {
  const entries = new Map<string, string>();
  for (const host of mesh.hosts.values()) {
    const value = toHex(
      encodeHost({ revision: host.revision, number: hostNumber(mesh, host.name), mtu: mtuTo(host) }),
    );
    for (const underlay of [host.underlayIpv4, host.underlayIpv6]) {
      if (underlay !== undefined) entries.set(addressHex(underlay), value);
    }
  }
  return entries;
}
