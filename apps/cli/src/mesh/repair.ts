import { existsSync } from "node:fs";
import { mountBpffs } from "@weft/ebpf";
import { stopProcesses } from "@weft/lab";
import { WeftError } from "@weft/netaddr";
import type { Context } from "../context.ts";
import { clock } from "../lab/clock.ts";
import { isService } from "../supervisor/notify.ts";
import { isAbandoned } from "./abandoned.ts";
import { findConfig, type MeshConfig } from "./config.ts";
import { keepHost } from "./host-mark.ts";
import { launchSupervisor } from "./launch.ts";
import { prepareMachine } from "./machine.ts";
import type { MeshPaths } from "./paths.ts";
import { runningProcesses } from "./processes.ts";

/** What `weft up` was asked for, as far as a mesh that was started before has to agree with it. */
type AskedFor = Partial<Readonly<Record<"host" | "uplink" | "underlay" | "nats" | "data", string>>>;

/**
 * Gives a mesh whose supervisor is gone another one: what runs stays as it is, what does not is started again, all as it was
 * first started. Under systemd, whose start may have been broken off, a supervisor of a machine that systemd does not know of is
 * replaced too: it would be nobody's main process. Gives the configuration; undefined where there is no such mesh.
 * FAILED_PRECONDITION when it was started with something else than is asked for now, or when the hosts of a lab are gone.
 */
export async function repairMesh(
  paths: MeshPaths,
  asked: AskedFor,
  context: Context,
): Promise<MeshConfig | undefined> {
  const mesh = await findConfig(paths);
  const abandoned = isAbandoned(paths);
  const managed = mesh?.kind === "machine" && isService(context.environment);
  if (mesh === undefined || !(abandoned || managed)) return undefined;
  if (mesh.kind === "machine") await readyMachine(paths, mesh, asked);
  else checkLab(paths, mesh, asked);
  await mountBpffs(paths.bpffs);
  const why = abandoned ? "the mesh has no supervisor" : "the supervisor is not of this service";
  context.output.say(`weft: ${why}; another one takes over what runs`);
  // The last of all that can fail: until here the mesh keeps what it has.
  await endKeepers(paths);
  await launchSupervisor(paths, context, clock(context.output), { resume: true });
  return mesh;
}

async function readyMachine(paths: MeshPaths, mesh: MeshConfig, asked: AskedFor): Promise<void> {
  const [host] = mesh.hosts;
  const known = {
    host: host?.name,
    uplink: host?.uplink,
    underlay: host?.underlay,
    nats: mesh.natsUrl,
    data: mesh.data,
  };
  for (const [option, value] of Object.entries(asked) as [keyof AskedFor, string | undefined][]) {
    if (value === undefined || value === known[option]) continue;
    throw new WeftError("FAILED_PRECONDITION", `the mesh at ${paths.state} was started with another value`, {
      field: `--${option}`,
      expected: `${known[option] || "none"}, or weft down first`,
    });
  }
  await keepHost(paths, mesh);
  await prepareMachine(paths, mesh, undefined);
}

/** Hosts of a lab are network namespaces: they outlive every process, and no restart of the machine. */
function checkLab(paths: MeshPaths, { hosts }: MeshConfig, asked: AskedFor): void {
  const [option] = Object.keys(asked);
  if (option !== undefined) {
    throw new WeftError("FAILED_PRECONDITION", `at ${paths.state} there is a lab`, {
      field: `--${option}`,
      expected: "weft up without it, or weft down first",
    });
  }
  const gone = hosts.find(({ netns }) => !existsSync(netns));
  if (gone === undefined) return;
  const message = `host ${gone.name} of the lab at ${paths.state} is gone: there is no ${gone.netns}`;
  throw new WeftError("FAILED_PRECONDITION", message, { expected: "weft down, and the lab anew" });
}

/** Ends the supervisor and its guardian, and nothing that they keep running: without asking, because both would see to that. */
async function endKeepers(paths: MeshPaths): Promise<void> {
  const found = runningProcesses(paths);
  const keepers = ["guardian", "supervisor"].flatMap((name) => found.filter((one) => one.name === name));
  await stopProcesses(keepers, 0, "SIGKILL");
}
