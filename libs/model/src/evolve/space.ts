// The pool, host prefixes, leases and hosts.
import type { EventData } from "@weft/log";
import { type Address, addressFromBytes, sameAddress } from "@weft/netaddr";
import { type Change, changed } from "../changes.ts";
import { optional, optionalAddress, optionalPrefix } from "../fields.ts";
import type { Host, MutableMesh, UnderlayClaim } from "../mesh.ts";

const underlayFamilies = ["underlayIpv6", "underlayIpv4"] as const;
type UnderlayFamily = (typeof underlayFamilies)[number];

/** The address space of the mesh is stated. */
export function poolDefined(mesh: MutableMesh, data: EventData<"PoolDefined">, revision: number): void {
  const ipv6 = optionalPrefix(data.ipv6);
  if (ipv6 === undefined) return;
  mesh.pool = { ipv6, ...optional("ipv4", optionalPrefix(data.ipv4)), revision };
  mesh.kernelRevision = revision;
}

/** A host has its prefixes. */
export function hostPrefixAssigned(
  mesh: MutableMesh,
  data: EventData<"HostPrefixAssigned">,
  revision: number,
): void {
  const ipv6 = optionalPrefix(data.ipv6);
  if (ipv6 === undefined) return;
  const host = data.host;
  mesh.prefixes.set(host, { host, ipv6, ...optional("ipv4", optionalPrefix(data.ipv4)), revision });
}

/** A host has given its prefixes back. */
export function hostPrefixReleased(mesh: MutableMesh, data: EventData<"HostPrefixReleased">): void {
  mesh.prefixes.delete(data.host);
}

/** Addresses have owners; the host is the last token of the subject. */
export function addressesLeased(
  mesh: MutableMesh,
  host: string,
  data: EventData<"AddressesLeased">,
  revision: number,
): void {
  let leases = mesh.leases.get(host);
  if (leases === undefined) {
    leases = new Map();
    mesh.leases.set(host, leases);
  }
  for (const lease of data.leases) {
    const owner = lease.owner;
    const ipv4 = optionalAddress(lease.ipv4);
    const ipv6 = addressFromBytes(lease.ipv6);
    leases.set(owner, { host, owner, ipv6, ...optional("ipv4", ipv4), revision });
  }
}

/** Owners gave their addresses back, all of them or only IPv4. */
export function addressesReleased(
  mesh: MutableMesh,
  host: string,
  data: EventData<"AddressesReleased">,
  revision: number,
): void {
  const leases = mesh.leases.get(host);
  if (leases === undefined) return;
  for (const owner of data.owners) {
    const held = leases.get(owner);
    if (held === undefined) continue;
    const { ipv4: _, ...kept } = held;
    if (data.ipv4Only) leases.set(owner, { ...kept, revision });
    else leases.delete(owner);
  }
  if (leases.size === 0) mesh.leases.delete(host);
}

/** A host joined, or something about it changed: both say everything about it. */
export function hostStated(mesh: MutableMesh, data: EventData<"HostJoined">, revision: number): void {
  const before = mesh.hosts.get(data.host)?.claims;
  const claim = (family: UnderlayFamily): { readonly [F in UnderlayFamily]?: UnderlayClaim } => {
    const address = optionalAddress(data[family]);
    const held = before?.[family];
    if (address === undefined) return {};
    const same = held !== undefined && sameAddress(held.address, address);
    return { [family]: { address, since: same ? held.since : revision } };
  };
  const host: Host = {
    name: data.host,
    claims: { ...claim("underlayIpv6"), ...claim("underlayIpv4") },
    kernel: data.kernel,
    attach: data.attach,
    ...optional("ipv6", optionalPrefix(data.ipv6)),
    ...optional("ipv4", optionalPrefix(data.ipv4)),
    ...optional("uplinkMtu", data.uplinkMtu || undefined),
    revision,
  };
  mesh.hosts.set(host.name, host);
  // Policies may name hosts.
  changed(mesh, revision, { kind: "host", name: host.name }, ...settleUnderlays(mesh));
}

/** Gives each host the addresses that it was the first to say; answers whose are others than before. */
function settleUnderlays(mesh: MutableMesh): Change[] {
  const moved: Change[] = [];
  for (const host of mesh.hosts.values()) {
    const { underlayIpv6: before6, underlayIpv4: before4, ...rest } = host;
    const [now6, now4] = underlayFamilies.map((family) => settled(mesh, host, family));
    if (before6 === now6 && before4 === now4) continue;
    const after = { ...rest, ...optional("underlayIpv6", now6), ...optional("underlayIpv4", now4) };
    mesh.hosts.set(host.name, after);
    moved.push({ kind: "host", name: host.name });
  }
  return moved;
}

function settled(mesh: MutableMesh, { name, claims }: Host, family: UnderlayFamily): Address | undefined {
  const claim = claims[family];
  if (claim === undefined) return undefined;
  for (const other of mesh.hosts.values()) {
    const theirs = other.claims[family];
    if (other.name === name || theirs === undefined || theirs.since > claim.since) continue;
    if (sameAddress(theirs.address, claim.address)) return undefined;
  }
  return claim.address;
}

/** A host left, and its containers with it: nobody else could detach them. */
export function hostLeft(mesh: MutableMesh, data: EventData<"HostLeft">, revision: number): void {
  const host = data.host;
  const ids = [...(mesh.endpoints.get(host)?.keys() ?? [])];
  mesh.hosts.delete(host);
  mesh.endpoints.delete(host);
  const ended = ids.map((id) => ({ kind: "endpoint", host, id }) as const);
  changed(mesh, revision, { kind: "host", name: host }, ...ended, ...settleUnderlays(mesh));
}
