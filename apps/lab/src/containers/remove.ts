import { rm } from "node:fs/promises";
import { deleteNetns } from "@weft/ebpf";
import { isWeftError } from "@weft/netaddr";
import type { Client } from "@weft/rpc";
import { stopProcesses } from "../processes/stop.ts";
import { findProcesses, livesIn } from "../processes/table.ts";
import { type ContainerRecord, forgetContainer } from "./record.ts";

const graceMs = 2000;

/** What must be known of a container to end it. */
export type RemovableContainer = Pick<ContainerRecord, "id" | "namespace" | "name" | "netns" | "control">;

/** Ends a container: takes it off the network, then ends its processes and its namespace. Returns the revision. */
export async function removeContainer(
  directory: string,
  container: RemovableContainer,
  loader: Client<"Loader">,
  signal?: AbortSignal,
): Promise<number> {
  const revision = await detach(container, loader, signal);
  await dismantle(container.netns, container.control);
  await forgetContainer(directory, container.namespace, container.name);
  return revision;
}

/** Ends everything that runs in a container's namespace, and the namespace. */
export async function dismantle(netns: string, control: string): Promise<void> {
  await stopProcesses(findProcesses(livesIn([netns])), graceMs);
  await deleteNetns(netns, { missing: "ignore" });
  await rm(control, { force: true });
}

/** A container that the loader does not know is off the network already. */
async function detach(
  { id }: RemovableContainer,
  loader: Client<"Loader">,
  signal: AbortSignal | undefined,
): Promise<number> {
  try {
    return (await loader.detach({ id }, { deadlineMs: 30_000, ...(signal && { signal }) })).revision;
  } catch (error) {
    if (isWeftError(error, "NOT_FOUND")) return 0;
    throw error;
  }
}
