import { createHash } from "node:crypto";
import { basename, join, resolve } from "node:path";
import { WeftError } from "@weft/netaddr";

/** Where everything of one mesh on this machine lies. */
export interface MeshPaths {
  readonly state: string;
  readonly config: string;
  readonly processes: string;
  /** How the machine was before; only of a mesh of kind "machine". */
  readonly machine: string;
  readonly sockets: string;
  readonly logs: string;
  readonly containers: string;
  readonly bpffs: string;
  readonly nats: string;
}

/** State directory when neither --state nor WEFT_STATE names one. */
export const defaultState = "/run/weft";

/** The paths below a state directory. */
export function meshPaths(state: string): MeshPaths {
  const root = resolve(state);
  return {
    state: root,
    config: join(root, "mesh.json"),
    processes: join(root, "processes.json"),
    machine: join(root, "machine.json"),
    sockets: join(root, "sockets"),
    logs: join(root, "logs"),
    containers: join(root, "containers"),
    bpffs: join(root, "bpf"),
    nats: join(root, "nats"),
  };
}

/**
 * Name of the mesh of a state directory, part of the names of its namespaces: "lab" or "mesh" at the default place, so
 * that `ip netns` reads well; elsewhere one of its own, so that several can be up at once.
 */
export function meshName(state: string, kind: "lab" | "machine"): string {
  const root = resolve(state);
  if (root === defaultState) return kind === "lab" ? "lab" : "mesh";
  const stem = basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .slice(0, 8);
  return `${stem}${createHash("sha256").update(root).digest("hex").slice(0, 4)}`;
}

/** Socket of a service, e.g. "identity", "loader-h1". */
export function socketPath(paths: MeshPaths, service: string): string {
  return join(paths.sockets, `${service}.sock`);
}

/** Linux keeps a socket's path in 108 bytes, one of them the end (unix(7)); a server makes it in a folder beside first. */
const socketLimitBytes = 107 - 12;

/** INVALID_ARGUMENT when a state directory is so deep that the sockets of its mesh could not be made. */
export function checkSocketPaths(
  paths: MeshPaths,
  mesh: { readonly hosts: readonly { readonly name: string }[] },
): void {
  const sockets = ["supervisor", ...mesh.hosts.map(({ name }) => `loader-${name}`)].map((one) =>
    socketPath(paths, one),
  );
  const longest = sockets.reduce((a, b) => (Buffer.byteLength(b) > Buffer.byteLength(a) ? b : a));
  const over = Buffer.byteLength(longest) - socketLimitBytes;
  if (over <= 0) return;
  const message = `the path is ${over} bytes too long: ${longest} could not be a socket`;
  throw new WeftError("INVALID_ARGUMENT", message, { field: "--state", expected: "a shorter path" });
}
