import { buildWorkload, type ConformanceHost, type MeshAccess } from "@weft/lab";
import { addressFromBytes, makePrefix } from "@weft/netaddr";
import type { Client, Response } from "@weft/rpc";
import type { Context } from "../context.ts";
import { loaderOf, serviceOf } from "../mesh/client.ts";
import { readConfig } from "../mesh/config.ts";
import type { MeshPaths } from "../mesh/paths.ts";

/** A mesh to run cases in, and its hosts. */
export interface OpenAccess extends MeshAccess, Disposable {
  readonly hosts: readonly ConformanceHost[];
}

/** Connects to everything that cases need in a mesh that is up. */
export async function openAccess(
  paths: MeshPaths,
  context: Pick<Context, "actor" | "signal" | "waits">,
): Promise<OpenAccess> {
  const { signal } = context;
  const mesh = await readConfig(paths);
  const program = await buildWorkload(signal);
  using stack = new DisposableStack();
  const compiler = stack.use(serviceOf(paths, "Compiler", context));
  const ipam = stack.use(serviceOf(paths, "Ipam", context));
  const identity = stack.use(serviceOf(paths, "Identity", context));
  const names = mesh.hosts.map(({ name }) => name);
  const loaders = new Map(names.map((name) => [name, stack.use(loaderOf(paths, name, context))]));
  const hosts = await Promise.all(names.map((name) => hostOf(name, ipam, signal)));
  const open = stack.move();
  return {
    mesh: mesh.mesh,
    directory: paths.containers,
    program,
    compiler,
    ipam,
    identity,
    loaders,
    hosts,
    [Symbol.dispose]: () => open.dispose(),
  };
}

async function hostOf(name: string, ipam: Client<"Ipam">, signal: AbortSignal): Promise<ConformanceHost> {
  const { ipv6, ipv4 } = await ipam.assignHostPrefix({ host: name }, { signal });
  return { name, prefixes: [ipv6, ipv4].flatMap(prefixOf) };
}

function prefixOf(wire: Response<"Ipam", "assignHostPrefix">["ipv6"]) {
  if (!wire?.address?.length) return [];
  return [makePrefix(addressFromBytes(wire.address), wire.length ?? 0)];
}
