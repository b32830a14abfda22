import { randomBytes } from "node:crypto";
import { type ContainerRecord, type PlacedPod, placePods, runContainer, type Scene } from "@weft/lab";
import { namespaceLabel } from "@weft/policy";
import type { Context } from "../context.ts";
import { loaderOf, serviceOf } from "../mesh/client.ts";
import type { MeshConfig } from "../mesh/config.ts";
import type { MeshPaths } from "../mesh/paths.ts";
import { waitApplied } from "./applied.ts";

/** What a lab runs, once every host enforces it. */
export interface Placed {
  readonly containers: readonly ContainerRecord[];
  /** Revision that every host enforces. */
  readonly revision: number;
}

/** Containers brought up at once on one host; each waits mostly for other processes. */
const parallel = 8;

/** Runs all pods of a scene, spread over the hosts, and waits until every host enforces the outcome. */
export async function runScene(
  paths: MeshPaths,
  mesh: MeshConfig,
  scene: Scene,
  program: string,
  context: Context,
  onProgress: (text: string) => void,
): Promise<Placed> {
  const hosts = mesh.hosts.map((host) => host.name);
  const pods = placePods(scene.pods, hosts).map((pod) => ({ ...pod, ipv4: pod.ipv4 || mesh.ipv4 }));
  await numberLabels(paths, pods, context);
  const byHost = [...Map.groupBy(pods, (pod) => pod.host)];
  const containers = await Promise.all(
    byHost.map(([host, own]) => runOnHost(paths, mesh, host, own, program, context)),
  );
  const all = containers.flat();
  onProgress(`containers: ${all.length} on ${byHost.length} hosts`);
  const revision = await waitApplied(paths, hosts, context);
  onProgress(`in force on every host: revision ${revision}`);
  return { containers: all, revision };
}

/**
 * Has the label sets numbered in the order of the manifests. Containers that come up side by side would get theirs in
 * whatever order they come, so that the same manifests gave other policies to compile at every start.
 */
async function numberLabels(paths: MeshPaths, pods: readonly PlacedPod[], context: Context): Promise<void> {
  if (pods.length === 0) return;
  using identity = serviceOf(paths, "Identity", context);
  const sets = pods.map(({ labels, namespace }) => ({ labels: { ...labels, [namespaceLabel]: namespace } }));
  await identity.allocate({ sets }, { signal: context.signal });
}

async function runOnHost(
  paths: MeshPaths,
  mesh: MeshConfig,
  host: string,
  pods: readonly PlacedPod[],
  program: string,
  context: Context,
): Promise<ContainerRecord[]> {
  using loader = loaderOf(paths, host, context);
  const common = { mesh: mesh.mesh, directory: paths.containers, program, loader, signal: context.signal };
  const results: ContainerRecord[] = [];
  const waiting = [...pods];
  const work = async () => {
    for (let pod = waiting.shift(); pod !== undefined; pod = waiting.shift()) {
      results.push(await runContainer(pod, { ...common, id: newId() }));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return results;
}

/** Id of a new container: no two in a mesh are likely to be equal, and the log refuses it if they are. */
export function newId(): string {
  return randomBytes(4).toString("hex");
}
