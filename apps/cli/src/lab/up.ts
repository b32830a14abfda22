import { join } from "node:path";
import { mountBpffs } from "@weft/ebpf";
import {
  buildWorkload,
  createHosts,
  type HostPrefixes,
  hostNetns,
  netnsPathOf,
  planHosts,
  routeContainers,
  type Scene,
  uplinkName,
} from "@weft/lab";
import { fold } from "@weft/log";
import { meshProjection } from "@weft/model";
import { formatPrefix } from "@weft/netaddr";
import type { Context } from "../context.ts";
import { cacheDirectory } from "../mesh/cache.ts";
import { claimConfig, type MeshConfig, newMeshId } from "../mesh/config.ts";
import { launchSupervisor } from "../mesh/launch.ts";
import { openLog } from "../mesh/log.ts";
import { type MeshPaths, meshName } from "../mesh/paths.ts";
import type { PoolTexts } from "../mesh/pool.ts";
import { checkRequirements } from "../mesh/requirements.ts";
import { type Submitted, submit } from "../mesh/submit.ts";
import { teardown } from "../mesh/teardown.ts";
import { type Placed, runScene } from "./scene.ts";

/** How a lab is to be. */
export interface LabOptions {
  readonly hosts: number;
  /** Whether every container gets an IPv4 address, not only those that ask for one. */
  readonly ipv4: boolean;
  readonly tunnel: string;
  /** "4" or "6". */
  readonly underlay: string;
  readonly attach: MeshConfig["attach"];
  readonly pool: PoolTexts;
}

/** Names of the hosts of a lab of this size. */
export function hostNames(count: number): string[] {
  return planHosts(count).map((host) => host.name);
}

/**
 * Brings a lab up: hosts, processes, then policies and services, then containers. When any of it fails, or Ctrl-C is
 * pressed, everything is taken down again.
 */
export async function labUp(
  paths: MeshPaths,
  scene: Scene,
  options: LabOptions,
  context: Context,
  onProgress: (text: string) => void,
): Promise<Placed> {
  context.signal.throwIfAborted();
  const mesh = labConfig(paths, options);
  await checkRequirements(paths, mesh);
  await claimConfig(paths, mesh);
  try {
    await startHosts(paths, mesh, options.hosts);
    onProgress(`hosts: ${mesh.hosts.map((host) => host.name).join(", ")} as network namespaces`);
    const program = buildWorkload(context.signal);
    await Promise.all([program, launchSupervisor(paths, context, onProgress)]);
    await routeContainers(mesh.mesh, await prefixesOf(paths, context));
    const submitted = await putOnRecord(paths, scene, context);
    onProgress(
      `on record: ${submitted.changes.length} policies and services, revision ${submitted.revision}`,
    );
    return await runScene(paths, mesh, scene, await program, context, onProgress);
  } catch (error) {
    await teardown(paths);
    throw error;
  }
}

function labConfig(paths: MeshPaths, options: LabOptions): MeshConfig {
  const mesh = meshName(paths.state, "lab");
  return {
    version: 1,
    id: newMeshId(),
    mesh,
    kind: "lab",
    hosts: planHosts(options.hosts).map((host) => ({
      name: host.name,
      netns: netnsPathOf(hostNetns(mesh, host.name)),
      uplink: uplinkName,
      underlay: host.ipv4,
    })),
    pool: { ...options.pool, chosen: true },
    options: { tunnel: options.tunnel, underlay: options.underlay },
    attach: options.attach,
    ipv4: options.ipv4,
    natsUrl: "",
    data: paths.nats,
    cache: cacheDirectory,
  };
}

async function startHosts(paths: MeshPaths, mesh: MeshConfig, count: number): Promise<void> {
  await Promise.all([createHosts(mesh.mesh, planHosts(count)), mountBpffs(join(paths.bpffs))]);
}

/** The prefixes that ipam gave to the hosts. */
async function prefixesOf(paths: MeshPaths, context: Context): Promise<HostPrefixes[]> {
  await using log = await openLog(paths, context);
  const { state } = await fold(log, meshProjection, { signal: context.signal });
  return [...state.prefixes.values()].map(({ host, ipv6, ipv4 }) => {
    const both = ipv4 === undefined ? [ipv6] : [ipv6, ipv4];
    return { name: host, prefixes: both.map(formatPrefix) };
  });
}

function putOnRecord(paths: MeshPaths, scene: Scene, context: Context): Promise<Submitted> {
  const resources = [...scene.intent, ...scene.services];
  return submit(paths, resources, { verb: "apply", dryRun: false, caller: context });
}
