import { join } from "node:path";
import { serverPaths } from "@weft/log/server";
import { type HostConfig, type MeshConfig, syncOf } from "../mesh/config.ts";
import { markOf } from "../mesh/host-mark.ts";
import { markVariable, nameVariable } from "../mesh/marks.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import type { ChildSpec } from "./child.ts";
import { notifyVariables } from "./notify.ts";

/** Where the services are. */
export const servicesFolder = join(import.meta.dirname, "..", "..", "..", "..", "services");

/** The services that a mesh has once; the one that loaders wait for is the first. */
export const meshServices = ["ipam", "identity", "compiler", "lb"] as const;

/** What all processes of a mesh are told. */
export interface SpecOptions {
  readonly paths: MeshPaths;
  readonly mesh: MeshConfig;
  readonly natsUrl: string;
  readonly seedFile: (user: string) => string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Variables of ours that a person may set where a mesh is brought up. All others are about one process, which a shell knows
 * nothing of: one that is left over there must not reach every process of the mesh.
 */
const passedOn: ReadonlySet<string> = new Set([
  "WEFT_DRIFT_MS",
  "WEFT_GRACE_MS",
  "WEFT_NATS_SERVER",
  "WEFT_SETTLE_MS",
  "WEFT_UNDERLAY_OTHER",
]);

/** Ways to those who look after the supervisor: systemd, and the command that started it. */
const ofSupervisor: ReadonlySet<string> = new Set([
  "NODE_CHANNEL_FD",
  "NODE_CHANNEL_SERIALIZATION_MODE",
  ...notifyVariables,
]);

/** What the processes of a mesh take over from whoever brought it up. */
export function inherited(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        !ofSupervisor.has(entry[0]) &&
        (!entry[0].startsWith("WEFT_") || passedOn.has(entry[0])),
    ),
  );
}

/** How a service of the mesh is started. */
export function serviceSpec(name: (typeof meshServices)[number], options: SpecOptions): ChildSpec {
  return spec(name, name, {}, options);
}

/** How the loader of a host is started. */
export function loaderSpec(host: HostConfig, options: SpecOptions): ChildSpec {
  const { mesh, paths } = options;
  const extra = {
    WEFT_HOST: host.name,
    WEFT_UPLINK: host.uplink,
    ...(host.underlay === "" ? {} : { WEFT_UNDERLAY: host.underlay }),
    WEFT_BPFFS: join(paths.bpffs, host.name),
    WEFT_MARK: markOf(mesh, paths),
    ...(host.netns === "" ? {} : { WEFT_NETNS: host.netns }),
    // A lab is brought up and taken down as a whole: the machine may hurry for it.
    ...(mesh.kind === "lab" ? { WEFT_RCU: "expedited" } : {}),
    WEFT_ATTACH: mesh.attach,
  };
  return spec(`loader-${host.name}`, "loader", extra, options);
}

/** Environment of the embedded nats-server. */
export function natsEnvironment(
  paths: MeshPaths,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...environment, [markVariable]: paths.state, [nameVariable]: "nats-server" };
}

function spec(
  name: string,
  service: string,
  extra: Readonly<Record<string, string>>,
  { paths, mesh, natsUrl, seedFile, environment }: SpecOptions,
): ChildSpec {
  return {
    name,
    command: process.execPath,
    args: [join(servicesFolder, service, "src", "main.ts")],
    env: {
      ...environment,
      WEFT_STATE: paths.state,
      WEFT_NATS_URL: natsUrl,
      WEFT_NATS_SEED_FILE: seedFile(name),
      ...(mesh.natsUrl === "" && syncOf(mesh) === "always"
        ? { WEFT_NATS_STORE: serverPaths(mesh.data).store }
        : {}),
      WEFT_CACHE: mesh.cache,
      NODE_COMPILE_CACHE: join(mesh.cache, "node"),
      [markVariable]: paths.state,
      [nameVariable]: name,
      ...extra,
    },
    log: join(paths.logs, `${name}.log`),
  };
}
