import { type CallOptions, type Client, connect, type ServiceName } from "@weft/rpc";
import type { Context } from "../context.ts";
import { type MeshPaths, socketPath } from "./paths.ts";
import { hindrance } from "./space.ts";

const sockets: Readonly<Record<Exclude<ServiceName, "Loader">, string>> = {
  Identity: "identity",
  Ipam: "ipam",
  Compiler: "compiler",
  LoadBalancer: "lb",
};

/** Who calls, and how long there is for all of it. */
export type Caller = Pick<Context, "actor" | "waits">;

/** A service of the mesh of a state directory; calls are made in the name of the caller, and end with its time. */
export function serviceOf<S extends Exclude<ServiceName, "Loader">>(
  paths: MeshPaths,
  service: S,
  caller: Caller,
): Client<S> {
  const name = sockets[service];
  const client = connect(service, socketPath(paths, name), caller);
  return waitedFor(client, paths, caller, () => `service ${name}`);
}

/** The loader of a host. */
export function loaderOf(paths: MeshPaths, host: string, caller: Caller): Client<"Loader"> {
  const client = connect("Loader", socketPath(paths, `loader-${host}`), caller);
  return waitedFor(client, paths, caller, (method, request) =>
    method === "wait" && "revision" in request
      ? `host ${host} to enforce revision ${request.revision}`
      : `the loader of host ${host}`,
  );
}

/** What a call has when nobody says more. */
const usualMs = 10_000;

/** The same client, whose calls end with the command's time, and are named while they are waited for. */
function waitedFor<S extends ServiceName>(
  client: Client<S>,
  paths: MeshPaths,
  { waits }: Caller,
  whom: (method: string, request: object) => string,
): Client<S> {
  type Method = (request: object, options: CallOptions) => Promise<object>;
  const methods = (Object.entries(client) as [string, Method][]).filter(([name]) => name !== "close");
  const waited = methods.map(([name, call]) => [
    name,
    (request: object, options: CallOptions = {}) => {
      const deadlineMs = Math.max(1, Math.min(options.deadlineMs ?? usualMs, waits.leftMs()));
      const work = () => call(request, { ...options, deadlineMs });
      return waits.on(whom(name, request), work, () => hindrance(paths));
    },
  ]);
  return { ...client, ...Object.fromEntries(waited) } as Client<S>;
}
