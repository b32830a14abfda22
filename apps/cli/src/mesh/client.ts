import { type Client, connect, type ServiceName } from "@weft/rpc";
import { type MeshPaths, socketPath } from "./paths.ts";

const sockets: Readonly<Record<Exclude<ServiceName, "Loader">, string>> = {
  Identity: "identity",
  Ipam: "ipam",
  Compiler: "compiler",
  LoadBalancer: "lb",
};

/** A service of the mesh of a state directory; calls are made in the name of `actor`. */
export function serviceOf<S extends Exclude<ServiceName, "Loader">>(
  paths: MeshPaths,
  service: S,
  actor: string,
): Client<S> {
  return connect(service, socketPath(paths, sockets[service]), { actor });
}

/** The loader of a host. */
export function loaderOf(paths: MeshPaths, host: string, actor: string): Client<"Loader"> {
  return connect("Loader", socketPath(paths, `loader-${host}`), { actor });
}
