// What an event must not say, because its writer has no say in it. The server checks who writes a subject; this checks what
// of others is claimed there. Each rule asks only what the log had said before: a replay always comes to the same.
import type { EventData, EventName, Recorded } from "@weft/log";
import {
  addressFromBytes,
  formatAddress,
  formatPrefix,
  type Labels,
  type Prefix,
  prefixContains,
  prefixFromBytes,
  sameAddress,
  sameLabels,
  samePrefix,
} from "@weft/netaddr";
import { optionalAddress, optionalPrefix } from "../fields.ts";
import type { Lease, Mesh } from "../mesh.ts";
import { unusedOf } from "./endpoint.ts";
import { hostOfSubject } from "./host-of-subject.ts";

/** First and last number of a label set; those below are reserved, and a VXLAN header has room for no more. */
const identityBounds = { first: 256, last: 2 ** 24 - 1 } as const;
const slotLast = 65_535;

/** Why an event is to have no effect on a mesh; undefined: it may say what it says. Never throws. */
export function objectionTo(mesh: Mesh, event: Recorded): string | undefined {
  const rule = rules[event.type] as Rule<EventName> | undefined;
  try {
    return rule?.(mesh, event);
  } catch (thrown) {
    // Bytes that are no address or no prefix.
    return (thrown as Error).message;
  }
}

type Rule<N extends EventName> = (mesh: Mesh, event: Recorded<N>) => string | undefined;

const rules: { readonly [N in EventName]?: Rule<N> } = {
  IdentitiesAllocated: (mesh, { data }) => first(data.allocations, (one) => ofAllocation(mesh, one)),
  IdentitiesReleased: ofRelease,
  PoolDefined: ofPool,
  HostPrefixAssigned: ofHostPrefix,
  AddressesLeased: (mesh, { data, subject }) => {
    const prefixes = mesh.prefixes.get(hostOfSubject(subject));
    return first(
      data.leases,
      ({ ipv6, ipv4 }) => within(ipv6, prefixes?.ipv6) ?? within(ipv4, prefixes?.ipv4),
    );
  },
  HostJoined: ofHost,
  HostChanged: ofHost,
  EndpointAttached: ofEndpoint,
  EndpointRelabelled(mesh, { data }) {
    const endpoint = mesh.endpoints.get(data.host)?.get(data.id);
    return endpoint && ofIdentity(mesh, data.identity, endpoint.namespace, data.labels);
  },
  EndpointChanged: (mesh, { data }) => leased("ipv4", data.ipv4, mesh.leases.get(data.host)?.get(data.id)),
};

function first<T>(all: readonly T[], objection: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const found = objection(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofAllocation(
  mesh: Mesh,
  { identity, labels }: { readonly identity: number; readonly labels: Labels },
): string | undefined {
  const { first: least, last } = identityBounds;
  if (identity < least || identity > last) return `identity ${identity} is no number of a label set`;
  const held = mesh.identities.get(identity);
  if (held === undefined || sameLabels(held.labels, labels)) return undefined;
  return `identity ${identity} is another label set's`;
}

/**
 * Whether a number is in use is decided by the order of the log, whoever was asked what, and when. Those that are stay, and
 * the others of the event are released: it has no effect only when all are in use.
 */
function ofRelease(mesh: Mesh, { data }: Recorded<"IdentitiesReleased">): string | undefined {
  const [one] = data.identities;
  if (one === undefined || unusedOf(mesh, data.identities).length > 0) return undefined;
  return `identity ${one} is in use`;
}

function ofPool({ pool }: Mesh, { data }: Recorded<"PoolDefined">): string | undefined {
  const ipv6 = optionalPrefix(data.ipv6);
  const ipv4 = optionalPrefix(data.ipv4);
  if (ipv6 === undefined) return "a pool without IPv6";
  if (pool === undefined || (equal(pool.ipv6, ipv6) && equal(pool.ipv4, ipv4))) return undefined;
  return `the pool is ${formatPrefix(pool.ipv6)}`;
}

function ofHostPrefix(mesh: Mesh, { data }: Recorded<"HostPrefixAssigned">): string | undefined {
  for (const family of ["ipv6", "ipv4"] as const) {
    const wire = data[family];
    if (wire === null) continue;
    const prefix = prefixFromBytes(wire);
    const pool = mesh.pool?.[family];
    if (pool === undefined || !prefixContains(pool, prefix))
      return `${formatPrefix(prefix)} is not of the pool`;
    for (const other of mesh.prefixes.values()) {
      const theirs = other[family];
      if (other.host === data.host || theirs === undefined) continue;
      if (prefixContains(theirs, prefix) || prefixContains(prefix, theirs))
        return `${formatPrefix(prefix)} is another host's`;
    }
  }
  return data.ipv6 === null ? "a host without an IPv6 prefix" : undefined;
}

type HostData = EventData<"HostJoined" | "HostChanged">;

function ofHost(mesh: Mesh, { data }: { readonly data: HostData }): string | undefined {
  const own = mesh.prefixes.get(data.host);
  for (const family of ["ipv6", "ipv4"] as const) {
    const prefix = optionalPrefix(data[family]);
    if (prefix !== undefined && !equal(own?.[family], prefix))
      return `${formatPrefix(prefix)} is not the host's, as ipam has it`;
  }
  return (
    ofUnderlay(mesh, data.host, 6, data.underlayIpv6) ?? ofUnderlay(mesh, data.host, 4, data.underlayIpv4)
  );
}

/** Where a host is reached only itself can know; but it is not a container of another one. Hosts that say the same: `space.ts`. */
function ofUnderlay(mesh: Mesh, host: string, family: 4 | 6, bytes: Uint8Array): string | undefined {
  const address = optionalAddress(bytes);
  if (address === undefined) return undefined;
  if (address.family !== family) return `${formatAddress(address)} is no IPv${family} address`;
  for (const { host: other, ipv6, ipv4 } of mesh.prefixes.values()) {
    const prefix = family === 6 ? ipv6 : ipv4;
    if (other !== host && prefix !== undefined && prefixContains(prefix, address))
      return `${formatAddress(address)} is of the containers of another host`;
  }
  return undefined;
}

function ofEndpoint(mesh: Mesh, { data }: Recorded<"EndpointAttached">): string | undefined {
  const { host, id, namespace, labels, mac, slot } = data;
  if (mac.length !== 6) return "a MAC address has 6 bytes";
  if (slot < 1 || slot > slotLast) return `slot ${slot} is not one from 1 to ${slotLast}`;
  const lease = mesh.leases.get(host)?.get(id);
  return (
    (data.ipv6.length === 0 ? "a container without an IPv6 address" : undefined) ??
    leased("ipv6", data.ipv6, lease) ??
    leased("ipv4", data.ipv4, lease) ??
    ofIdentity(mesh, data.identity, namespace, labels)
  );
}

function leased(family: "ipv6" | "ipv4", bytes: Uint8Array, lease: Lease | undefined): string | undefined {
  const address = optionalAddress(bytes);
  if (address === undefined) return undefined;
  const held = lease?.[family];
  if (held !== undefined && sameAddress(held, address)) return undefined;
  return `${formatAddress(address)} is not leased to this container`;
}

/** The label set of a container is its labels and its namespace. */
function ofIdentity(mesh: Mesh, identity: number, namespace: string, labels: Labels): string | undefined {
  const held = mesh.identities.get(identity);
  if (held === undefined) return `identity ${identity} is nobody's`;
  const set = { ...labels, "io.kubernetes.pod.namespace": namespace };
  return sameLabels(held.labels, set) ? undefined : `identity ${identity} is another label set's`;
}

function within(bytes: Uint8Array, prefix: Prefix | undefined): string | undefined {
  if (bytes.length === 0) return undefined;
  const address = addressFromBytes(bytes);
  if (prefix !== undefined && prefixContains(prefix, address)) return undefined;
  return `${formatAddress(address)} is not of the host's prefix`;
}

function equal(one: Prefix | undefined, other: Prefix | undefined): boolean {
  return one === undefined || other === undefined ? one === other : samePrefix(one, other);
}
