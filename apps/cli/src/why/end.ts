import { type Endpoint, eachEndpoint, type Mesh, policyEndpointOf } from "@weft/model";
import {
  type Address,
  type Family,
  formatAddress,
  prefixContains,
  sameAddress,
  WeftError,
} from "@weft/netaddr";
import { type Party, reservedIdentities } from "@weft/policy";
import type { ContainerName } from "../commands/arguments.ts";
import type { EndView } from "./answer.ts";

/** One end of a flow as it was asked for. */
export type EndText =
  | { readonly kind: "name"; readonly name: ContainerName }
  | { readonly kind: "address"; readonly address: Address };

/** One end of a flow in a mesh. */
export type End =
  | { readonly kind: "container"; readonly endpoint: Endpoint }
  /** An address that only a container of the mesh can have, and none has. */
  | { readonly kind: "nobody"; readonly address: Address }
  /** `host`: of the mesh, if the address is one's; "": none's. */
  | { readonly kind: "outside"; readonly address: Address; readonly host: string };

/** The end that is meant; undefined: there is no container of this name. FAILED_PRECONDITION when there are several. */
export function findEnd(text: EndText, mesh: Mesh, field: string): End | undefined {
  if (text.kind === "address") return endAt(text.address, mesh);
  const { namespace, name } = text.name;
  const named = [...eachEndpoint(mesh)].filter((one) => one.namespace === namespace && one.name === name);
  const [endpoint, second] = named;
  if (second !== undefined) {
    const hosts = named.map(({ host, id }) => `${id} on ${host}`).join(", ");
    const message = `several containers are called ${namespace}/${name}: ${hosts}`;
    throw new WeftError("FAILED_PRECONDITION", message, { field, expected: "the address of one of them" });
  }
  return endpoint && { kind: "container", endpoint };
}

function endAt(address: Address, mesh: Mesh): End {
  const endpoint = eachEndpoint(mesh).find((one) =>
    addressesOf(one).some((own) => sameAddress(own, address)),
  );
  if (endpoint !== undefined) return { kind: "container", endpoint };
  const prefixes = [mesh.pool?.ipv6, mesh.pool?.ipv4].filter((prefix) => prefix !== undefined);
  if (prefixes.some((prefix) => prefixContains(prefix, address))) return { kind: "nobody", address };
  const host = mesh.hosts
    .values()
    .find(({ underlayIpv6, underlayIpv4 }) =>
      [underlayIpv6, underlayIpv4].some((own) => own !== undefined && sameAddress(own, address)),
    );
  return { kind: "outside", address, host: host?.name ?? "" };
}

function addressesOf({ ipv6, ipv4 }: Endpoint): Address[] {
  return ipv4 === undefined ? [ipv6] : [ipv6, ipv4];
}

/** An end as policy sees it; a host is "host" to its own containers and "remote-node" to those of others. */
export function partyOf(end: End, other: End): Party {
  if (end.kind === "container") return policyEndpointOf(end.endpoint);
  const { host, remoteNode, world } = reservedIdentities;
  const name = end.kind === "outside" ? end.host : "";
  const near = other.kind === "container" ? other.endpoint.host : "";
  return { identity: name === "" ? world : name === near ? host : remoteNode, address: end.address };
}

/** The address of an end in a family; undefined: it has none. */
export function addressOf(end: End, family: Family): Address | undefined {
  if (end.kind === "container") return addressesOf(end.endpoint).find((one) => one.family === family);
  return end.address.family === family ? end.address : undefined;
}

/** How an end is called: NAMESPACE/NAME, or its address. */
export function endName(end: End): string {
  if (end.kind === "container") return `${end.endpoint.namespace}/${end.endpoint.name}`;
  return formatAddress(end.address);
}

/** An end as commands print it, but for its address: a container may have two. */
export function endView(end: End, identity: number): Omit<EndView, "address"> {
  const name = endName(end);
  if (end.kind === "container")
    return { name, host: end.endpoint.host, identity, labels: end.endpoint.labels };
  return { name, host: end.kind === "outside" ? end.host : "", identity, labels: {} };
}
