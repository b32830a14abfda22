import { randomBytes } from "node:crypto";
import { addressToBytes, type Labels, parseAddress } from "@weft/netaddr";
import { namespaceLabel } from "@weft/policy";
import type { Client } from "@weft/rpc";
import type { ContainerRecord } from "../containers/record.ts";
import { removeContainer } from "../containers/remove.ts";
import { runContainer } from "../containers/run.ts";
import { type Difference, differenceOf, emptyState, type WorldState } from "./difference.ts";
import type { PlannedPod, WorldPlan } from "./plan.ts";
import type { NamedManifest } from "./schema.ts";

/** A mesh that a world can be made in. */
export interface MeshAccess {
  readonly mesh: string;
  /** Directory of the container records and control sockets. */
  readonly directory: string;
  /** The workload program, from `buildWorkload`. */
  readonly program: string;
  readonly compiler: Client<"Compiler">;
  readonly ipam: Client<"Ipam">;
  readonly identity: Client<"Identity">;
  readonly loaders: ReadonlyMap<string, Client<"Loader">>;
}

/** The containers, namespaces and policies of cases, in a mesh that has no others. */
export interface World {
  /** Running containers by "namespace/name". */
  readonly containers: ReadonlyMap<string, ContainerRecord>;
  /** Makes the mesh be in a state; returns the revision that every host enforces then. */
  enter(state: WorldState, signal?: AbortSignal): Promise<number>;
}

const deadlineMs = 60_000;

/** Opens a world with nothing in it. Containers stay as long as the states that are entered have them. */
export async function openWorld(
  plan: WorldPlan,
  access: MeshAccess,
  ipv4: boolean,
  signal?: AbortSignal,
): Promise<World> {
  // Numbered in order, so that the same cases give the same policies to compile in every run.
  const sets = plan.labels.map(({ namespace, labels }) => ({
    labels: { ...labels, [namespaceLabel]: namespace },
  }));
  await access.identity.allocate({ sets }, signal ? { signal } : {});
  return new RunningWorld(plan, access, ipv4);
}

class RunningWorld implements World {
  readonly #plan: WorldPlan;
  readonly #access: MeshAccess;
  readonly #ipv4: boolean;
  readonly #containers = new Map<string, ContainerRecord>();
  /** A pod that comes back is the same owner of its addresses as before. */
  readonly #ids = new Map<string, string>();
  #state = emptyState;

  constructor(plan: WorldPlan, access: MeshAccess, ipv4: boolean) {
    this.#plan = plan;
    this.#access = access;
    this.#ipv4 = ipv4;
  }

  get containers(): ReadonlyMap<string, ContainerRecord> {
    return this.#containers;
  }

  async enter(state: WorldState, signal?: AbortSignal): Promise<number> {
    const difference = differenceOf(this.#state, state);
    const given = { deadlineMs, ...(signal && { signal }) };
    const revisions = [await this.#submit(difference, given)];
    revisions.push(...(await Promise.all(this.#changePods(difference, state.pods, signal))));
    this.#state = state;
    const revision = Math.max(...revisions);
    const loaders = [...this.#access.loaders.values()];
    await Promise.all(loaders.map((loader) => loader.wait({ revision }, given)));
    return revision;
  }

  async #submit({ deletes, applies }: Difference, given: { deadlineMs: number; signal?: AbortSignal }) {
    const { compiler } = this.#access;
    let revision = 0;
    if (deletes.length > 0)
      revision = (await compiler.delete({ documents: documentsOf(deletes) }, given)).revision;
    if (applies.length === 0) return revision;
    return (await compiler.apply({ documents: documentsOf(applies) }, given)).revision;
  }

  #changePods(
    { removedPods, relabelledPods, addedPods }: Difference,
    pods: Readonly<Record<string, Labels>>,
    signal?: AbortSignal,
  ): Promise<number>[] {
    return [
      ...removedPods.map((id) => this.#remove(id, signal)),
      ...relabelledPods.map((id) => this.#relabel(id, pods[id] ?? {}, signal)),
      ...addedPods.map((id) => this.#run(id, pods[id] ?? {}, signal)),
    ];
  }

  async #run(id: string, labels: Labels, signal?: AbortSignal): Promise<number> {
    const planned = this.#plan.pods.get(id);
    if (planned === undefined) throw new RangeError(`${id} was not planned`);
    const owner = this.#ids.get(id) ?? randomBytes(4).toString("hex");
    this.#ids.set(id, owner);
    const { mesh, directory, program } = this.#access;
    await this.#lease(planned, owner, signal);
    const pod = { ...planned, labels, ports: this.#plan.served, ipv4: this.#ipv4 };
    const options = { mesh, directory, program, loader: this.#loaderOf(planned.host), id: owner };
    const container = await runContainer(pod, signal ? { ...options, signal } : options);
    this.#containers.set(id, container);
    return container.revision;
  }

  /** Whoever holds addresses already is given no others when it is attached. */
  async #lease({ host, addresses }: PlannedPod, owner: string, signal?: AbortSignal): Promise<void> {
    if (addresses === undefined) return;
    const bytes = (text: string) => addressToBytes(parseAddress(text));
    const ipv4 = this.#ipv4 && addresses.ipv4 !== undefined;
    const wish = {
      owner,
      ipv4,
      ipv6Address: bytes(addresses.ipv6),
      ...(ipv4 && { ipv4Address: bytes(addresses.ipv4 ?? "") }),
    };
    await this.#access.ipam.lease({ host, wishes: [wish] }, signal ? { signal } : {});
  }

  async #remove(id: string, signal?: AbortSignal): Promise<number> {
    const container = this.#containers.get(id);
    if (container === undefined) return 0;
    this.#containers.delete(id);
    const { directory } = this.#access;
    return removeContainer(directory, container, this.#loaderOf(container.host), signal);
  }

  async #relabel(id: string, labels: Labels, signal?: AbortSignal): Promise<number> {
    const container = this.#containers.get(id);
    if (container === undefined) throw new RangeError(`${id} does not run`);
    const loader = this.#loaderOf(container.host);
    const request = { id: container.id, labels: { ...labels } };
    const { revision } = await loader.relabel(request, { deadlineMs, ...(signal && { signal }) });
    this.#containers.set(id, { ...container, labels });
    return revision;
  }

  #loaderOf(host: string): Client<"Loader"> {
    const loader = this.#access.loaders.get(host);
    if (loader === undefined) throw new RangeError(`there is no host ${host}`);
    return loader;
  }
}

function documentsOf(manifests: readonly NamedManifest[]): { file: string; text: string }[] {
  return manifests.map((manifest) => ({ file: "case", text: JSON.stringify(manifest) }));
}
