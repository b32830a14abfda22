// The JSON of `weft get <kind>`: stable field names, stable order. What is alive (programs) is given by the caller,
// because the log does not know it.
import { formatMac } from "@weft/netaddr";
import type { Endpoint, Mesh } from "../mesh.ts";
import { addressText, byTexts, prefixText } from "./json.ts";

/** A program in some host's kernel, as that host's loader reports it. */
export type ProgramView = {
  readonly host: string;
  readonly endpoint: string;
  readonly namespace: string;
  readonly name: string;
  readonly hook: string;
  readonly id: number;
  readonly tag: string;
  readonly digest: string;
  readonly tier: string;
  readonly instructions: number;
  readonly jitedBytes: number;
  readonly revision: number;
  readonly counters: Readonly<Record<string, number>>;
};

/** One container, as `weft get endpoints` prints it. */
export type EndpointView = {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly id: string;
  readonly identity: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly ipv6: string | null;
  readonly ipv4: string | null;
  readonly mac: string;
  readonly netns: string;
  readonly interface: string;
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
  readonly revision: number;
  readonly programs: readonly ProgramView[];
};

function endpointView(endpoint: Endpoint, programs: readonly ProgramView[]): EndpointView {
  return {
    namespace: endpoint.namespace,
    name: endpoint.name,
    host: endpoint.host,
    id: endpoint.id,
    identity: endpoint.identity,
    labels: endpoint.labels,
    ipv6: addressText(endpoint.ipv6),
    ipv4: addressText(endpoint.ipv4),
    mac: formatMac(endpoint.mac),
    netns: endpoint.netns,
    interface: endpoint.interface,
    ports: endpoint.ports,
    revision: endpoint.revision,
    programs,
  };
}

/** Every container of the mesh, host by host in no order. */
export function* eachEndpoint(mesh: Mesh): Generator<Endpoint> {
  for (const local of mesh.endpoints.values()) yield* local.values();
}

function endpoints(mesh: Mesh, live: readonly ProgramView[]): EndpointView[] {
  const programs = Map.groupBy(live, (program) => `${program.host}/${program.endpoint}`);
  return [...eachEndpoint(mesh)]
    .map((one) => endpointView(one, programs.get(`${one.host}/${one.id}`) ?? []))
    .sort(
      byTexts(
        (one) => one.namespace,
        (one) => one.name,
        (one) => one.host,
        (one) => one.id,
      ),
    );
}

function identities(mesh: Mesh) {
  const users = new Map<number, number>();
  for (const one of eachEndpoint(mesh)) users.set(one.identity, (users.get(one.identity) ?? 0) + 1);
  return [...mesh.identities.values()]
    .sort((a, b) => a.identity - b.identity)
    .map((one) => ({ ...one, endpoints: users.get(one.identity) ?? 0 }));
}

function hosts(mesh: Mesh) {
  return [...mesh.hosts.values()].sort(byTexts((one) => one.name)).map((one) => ({
    name: one.name,
    underlayIpv6: addressText(one.underlayIpv6),
    underlayIpv4: addressText(one.underlayIpv4),
    ipv6: prefixText(one.ipv6),
    ipv4: prefixText(one.ipv4),
    kernel: one.kernel,
    attach: one.attach,
    endpoints: mesh.endpoints.get(one.name)?.size ?? 0,
    revision: one.revision,
  }));
}

function policies(mesh: Mesh) {
  return [...mesh.policies.values()]
    .sort(
      byTexts(
        (one) => one.namespace,
        (one) => one.name,
      ),
    )
    .map(({ namespace, name, kind, file, line, source, revision }) => {
      return { namespace, name, kind, file, line, source, revision };
    });
}

function services(mesh: Mesh) {
  return [...mesh.services.values()]
    .sort(
      byTexts(
        (one) => one.namespace,
        (one) => one.name,
      ),
    )
    .map(({ namespace, name, file, line, source, revision }) => {
      return { namespace, name, file, line, source, revision };
    });
}

function programs(_mesh: Mesh, live: readonly ProgramView[]): ProgramView[] {
  return [...live].sort(
    byTexts(
      (one) => one.host,
      (one) => one.endpoint,
      (one) => one.hook,
    ),
  );
}

/** Every address that somebody holds, with the container that uses it (null between lease and attach). */
function addresses(mesh: Mesh) {
  const rows = [...mesh.leases.values()].flatMap((leases) => [...leases.values()]);
  return rows
    .sort(
      byTexts(
        (one) => one.host,
        (one) => one.owner,
      ),
    )
    .map((one) => {
      const holder = mesh.endpoints.get(one.host)?.get(one.owner);
      return {
        host: one.host,
        owner: one.owner,
        namespace: holder?.namespace ?? null,
        name: holder?.name ?? null,
        ipv6: addressText(one.ipv6),
        ipv4: addressText(one.ipv4),
        revision: one.revision,
      };
    });
}

function objects(mesh: Mesh) {
  return [...mesh.objects.values()].sort((a, b) => a.revision - b.revision);
}

function namespaces(mesh: Mesh) {
  return [...mesh.namespaces.values()].sort(byTexts((one) => one.name));
}

function options(mesh: Mesh) {
  return [...mesh.options.values()].sort(
    byTexts(
      (one) => one.scope,
      (one) => one.key,
    ),
  );
}

/** What `weft get` can list; each takes the mesh and the programs that loaders report (none: `[]`). */
export const views = {
  endpoints,
  identities,
  hosts,
  policies,
  services,
  programs,
  addresses,
  objects,
  namespaces,
  options,
} as const satisfies Record<string, (mesh: Mesh, live: readonly ProgramView[]) => readonly object[]>;

/** A kind that `weft get` can list. */
export type ViewName = keyof typeof views;
