import { hostname } from "node:os";
import { join } from "node:path";
import { mountBpffs } from "@weft/ebpf";
import { WeftError } from "@weft/netaddr";
import { type Command, Option } from "commander";
import { type Context, jsonOption, pathsOf, stateOption } from "../context.ts";
import { clock } from "../lab/clock.ts";
import { cacheDirectory } from "../mesh/cache.ts";
import { type AttachKind, type MeshConfig, newMeshId, syncKinds } from "../mesh/config.ts";
import { checkForeignNats } from "../mesh/foreign-nats.ts";
import { claimHost } from "../mesh/host-mark.ts";
import { launchSupervisor } from "../mesh/launch.ts";
import { prepareMachine } from "../mesh/machine.ts";
import { defaultState, type MeshPaths, meshName } from "../mesh/paths.ts";
import { choosePool } from "../mesh/pool.ts";
import { repairMesh } from "../mesh/repair.ts";
import { checkRequirements } from "../mesh/requirements.ts";
import { teardown } from "../mesh/teardown.ts";
import { withTrace } from "../mesh/tracing.ts";
import { findUplink } from "../mesh/uplink.ts";
import { addressArgument, deviceArgument, hostArgument, natsArgument } from "./arguments.ts";
import { attachOption } from "./attach.ts";

interface UpOptions {
  readonly nats?: string;
  readonly data?: string;
  readonly sync: (typeof syncKinds)[number];
  readonly host?: string;
  readonly uplink?: string;
  readonly underlay?: string;
  readonly attach: AttachKind;
  readonly pool?: string;
  readonly pool4?: string;
  readonly ipv4?: boolean;
  readonly state?: string;
}

/** Adds `weft up`. */
export function addUp(program: Command, context: Context): void {
  program
    .command("up")
    .summary("start the mesh on this machine")
    .description(
      "Starts the mesh with this machine as a host: a nats-server of its own (unless --nats names one), the " +
        "services, and the loader. Returns when all of them answer; weft down ends it. The log stays for the next time. " +
        "Where the supervisor of a mesh (also of a lab) is gone, it gets another one, and what runs goes on. A machine (a network " +
        "namespace) belongs to one mesh: while it is another's, nothing is changed.",
    )
    .option("--nats <url>", "use this nats-server; the seeds of the users are in DATA/seeds", natsArgument)
    .option("--data <dir>", "where the log is kept (default: /var/lib/weft, or STATE/data)")
    .addOption(
      new Option(
        "--sync <when>",
        "when an acknowledged change is on disk: before it is acknowledged, or within minutes (of the own nats-server)",
      )
        .choices(syncKinds)
        .default("always"),
    )
    .option("--host <name>", "name of this host (default: its hostname)", hostArgument)
    .option(
      "--uplink <device>",
      "device towards the other hosts (default: that of the default route)",
      deviceArgument,
    )
    .option(
      "--underlay <address>",
      "address of this host that others reach it at (default: the uplink's first, followed when it changes)",
      addressArgument,
    )
    .addOption(attachOption())
    .option(
      "--pool <prefix>",
      "IPv6 addresses of the mesh, a /48 of fd00::/8 (default: that of the log, or a random one)",
    )
    .option("--pool4 <prefix>", "IPv4 addresses of the mesh (default: that of the log, or 10.77.0.0/16)")
    .option("--ipv4", "give every container an IPv4 address too")
    .addOption(jsonOption())
    .addOption(stateOption())
    .action((options: UpOptions) => run(options, context));
}

async function run(options: UpOptions, context: Context): Promise<void> {
  const paths = pathsOf(context, options);
  const { host, uplink, underlay, nats, data } = options;
  const asked = Object.fromEntries(
    Object.entries({ host, uplink, underlay, nats, data }).filter(([, value]) => value !== undefined),
  );
  const mesh = (await repairMesh(paths, asked, context)) ?? (await start(paths, options, context));
  context.output.print(JSON.stringify({ mesh: mesh.mesh, hosts: mesh.hosts.map(({ name }) => name) }));
}

async function start(paths: MeshPaths, options: UpOptions, context: Context): Promise<MeshConfig> {
  const mesh = await machineConfig(paths, options);
  await checkRequirements(paths, mesh);
  await checkForeignNats(mesh, context);
  const former = await claimHost(paths, mesh);
  try {
    await prepareMachine(paths, mesh, former);
    await mountBpffs(join(paths.bpffs));
    await withTrace(paths, "weft up", context, () => launchSupervisor(paths, context, clock(context.output)));
  } catch (error) {
    await teardown(paths);
    throw error;
  }
  return mesh;
}

async function machineConfig(paths: MeshPaths, options: UpOptions): Promise<MeshConfig> {
  // Impossible pools are refused also where there is no uplink.
  choosePool(options.pool, options.pool4);
  const { uplink, underlay } = await findUplink(options.uplink, options.underlay);
  const between = [`${underlay}/${underlay.includes(":") ? 128 : 32}`];
  const pool = choosePool(options.pool, options.pool4, between);
  const name = options.host ?? ownName();
  return {
    version: 1,
    id: newMeshId(),
    mesh: meshName(paths.state, "machine"),
    kind: "machine",
    hosts: [{ name, netns: "", uplink, underlay: options.underlay === undefined ? "" : underlay }],
    pool: { ...pool, chosen: options.pool !== undefined || options.pool4 !== undefined },
    options: {},
    attach: options.attach,
    ipv4: options.ipv4 === true,
    natsUrl: options.nats ?? "",
    data: options.data ?? (paths.state === defaultState ? "/var/lib/weft" : join(paths.state, "data")),
    sync: options.sync,
    cache: cacheDirectory,
  };
}

/** The hostname in the letters that a host's name may have. */
function ownName(): string {
  const name = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  if (name !== "") return name;
  const message = `the hostname ${JSON.stringify(hostname())} is no name for a host`;
  throw new WeftError("INVALID_ARGUMENT", message, { field: "--host", expected: "such as node-1" });
}
