// The pool, host prefixes, leases and hosts.
import type { EventData } from "@weft/log";
import { addressFromBytes } from "@weft/netaddr";
import { changed } from "../changes.ts";
import { optional, optionalAddress, optionalPrefix } from "../fields.ts";
import type { Host, MutableMesh } from "../mesh.ts";

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
  const host: Host = {
    name: data.host,
    kernel: data.kernel,
    attach: data.attach,
    ...optional("underlayIpv6", optionalAddress(data.underlayIpv6)),
    ...optional("underlayIpv4", optionalAddress(data.underlayIpv4)),
    ...optional("ipv6", optionalPrefix(data.ipv6)),
    ...optional("ipv4", optionalPrefix(data.ipv4)),
    revision,
  };
  mesh.hosts.set(host.name, host);
  // Policies may name hosts.
  changed(mesh, revision, { kind: "host", name: host.name });
}

/** A host left, and its containers with it: nobody else could detach them. */
export function hostLeft(mesh: MutableMesh, data: EventData<"HostLeft">, revision: number): void {
  const host = data.host;
  const ids = [...(mesh.endpoints.get(host)?.keys() ?? [])];
  mesh.hosts.delete(host);
  mesh.endpoints.delete(host);
  const ended = ids.map((id) => ({ kind: "endpoint", host, id }) as const);
  changed(mesh, revision, { kind: "host", name: host }, ...ended);
}
