// Containers and the identities that their labels have.
import type { EventData } from "@weft/log";
import { addressFromBytes } from "@weft/netaddr";
import { type Change, changed } from "../changes.ts";
import { optional, optionalAddress } from "../fields.ts";
import type { Endpoint, Mesh, MutableMesh } from "../mesh.ts";

/** A container is part of the mesh. */
export function endpointAttached(
  mesh: MutableMesh,
  data: EventData<"EndpointAttached">,
  revision: number,
): void {
  const identity = data.identity;
  const endpoint: Endpoint = {
    host: data.host,
    id: data.id,
    namespace: data.namespace,
    name: data.name,
    labels: data.labels,
    identity,
    ipv6: addressFromBytes(data.ipv6),
    ...optional("ipv4", optionalAddress(data.ipv4)),
    mac: data.mac,
    netns: data.netns,
    interface: data.interface,
    slot: data.slot,
    ports: data.ports,
    history: [{ identity, revision }],
    revision,
  };
  let local = mesh.endpoints.get(endpoint.host);
  if (local === undefined) {
    local = new Map();
    mesh.endpoints.set(endpoint.host, local);
  }
  local.set(endpoint.id, endpoint);
  changed(mesh, revision, endpointOf(data));
}

/** A container has other labels, and the identity that goes with them. */
export function endpointRelabelled(
  mesh: MutableMesh,
  data: EventData<"EndpointRelabelled">,
  revision: number,
): void {
  const local = mesh.endpoints.get(data.host);
  const before = local?.get(data.id);
  if (local === undefined || before === undefined) return;
  const identity = data.identity;
  const history = identity === before.identity ? before.history : [...before.history, { identity, revision }];
  local.set(before.id, { ...before, labels: data.labels, identity, history, revision });
  changed(mesh, revision, endpointOf(data));
}

/** A container's IPv4 was switched on or off. */
export function endpointChanged(
  mesh: MutableMesh,
  data: EventData<"EndpointChanged">,
  revision: number,
): void {
  const local = mesh.endpoints.get(data.host);
  const before = local?.get(data.id);
  if (local === undefined || before === undefined) return;
  const { ipv4: _, ...rest } = before;
  local.set(before.id, { ...rest, ...optional("ipv4", optionalAddress(data.ipv4)), revision });
  changed(mesh, revision, endpointOf(data));
}

/** A container is no longer part of the mesh. */
export function endpointDetached(
  mesh: MutableMesh,
  data: EventData<"EndpointDetached">,
  revision: number,
): void {
  const local = mesh.endpoints.get(data.host);
  if (local?.delete(data.id) !== true) return;
  if (local.size === 0) mesh.endpoints.delete(data.host);
  changed(mesh, revision, endpointOf(data));
}

function endpointOf({ host, id }: { readonly host: string; readonly id: string }): Change {
  return { kind: "endpoint", host, id };
}

/** Label sets have numbers. */
export function identitiesAllocated(
  mesh: MutableMesh,
  data: EventData<"IdentitiesAllocated">,
  revision: number,
): void {
  // A number that is only said again is no other than before.
  const fresh = data.allocations.filter(({ identity }) => !mesh.identities.has(identity));
  for (const { identity, labels } of data.allocations)
    mesh.identities.set(identity, { identity, labels, revision });
  if (fresh.length === 0) return;
  // Policies admit an identity before its first container appears.
  changed(mesh, revision, ...fresh.map(({ identity }) => identityOf(identity)));
}

/** Those of some numbers that no container has. */
export function unusedOf(mesh: Mesh, identities: readonly number[]): number[] {
  const unused = new Set(identities);
  for (const local of mesh.endpoints.values())
    for (const { identity } of local.values()) unused.delete(identity);
  return [...unused];
}

/** Numbers are given back; those that a container has by then stay. */
export function identitiesReleased(
  mesh: MutableMesh,
  data: EventData<"IdentitiesReleased">,
  revision: number,
): void {
  const unused = unusedOf(mesh, data.identities);
  for (const identity of unused) mesh.identities.delete(identity);
  changed(mesh, revision, ...unused.map(identityOf));
}

function identityOf(identity: number): Change {
  return { kind: "identity", identity };
}
