import { join } from "node:path";
import { createNetns, runNetwork, setLinkOperation } from "@weft/ebpf";
import { addressFromBytes, formatAddress } from "@weft/netaddr";
import type { Client } from "@weft/rpc";
import type { PlacedPod } from "../manifests/place.ts";
import { podName, portText } from "../manifests/pods.ts";
import { containerNetns, netnsPathOf } from "../topology/names.ts";
import { startWorkload } from "../workload/start.ts";
import { type ContainerRecord, forgetContainer, noteContainer, reserveContainer } from "./record.ts";
import { dismantle } from "./remove.ts";

/** Device inside every container. */
const containerInterface = "eth0";

/** Where containers run. */
export interface RunOptions {
  readonly mesh: string;
  /** Directory of the container records and control sockets. */
  readonly directory: string;
  /** The workload program, from `buildWorkload`. */
  readonly program: string;
  /** The loader of the container's host. */
  readonly loader: Client<"Loader">;
  /** Number of the container in the lab: part of the names of its namespace and socket. */
  readonly id: string;
  readonly signal?: AbortSignal;
}

const attachDeadlineMs = 60_000;

/** Runs one container: namespace, workload, then device and programs by the host's loader. Leaves nothing when it fails. */
export async function runContainer(pod: PlacedPod, options: RunOptions): Promise<ContainerRecord> {
  const { directory, mesh, id, program, signal } = options;
  await reserveContainer(directory, pod.namespace, pod.name);
  const netns = netnsPathOf(containerNetns(mesh, id));
  const control = join(directory, `${id}.sock`);
  try {
    await createNetns(netns);
    await runNetwork(netns, [setLinkOperation({ ifname: "lo", up: true })]);
    // One number may have several names.
    const listen = [...new Set(pod.ports.map(portText))];
    await startWorkload({ program, name: podName(pod), netns, control, listen }, signal);
    const container = { ...(await attach(pod, netns, options)), netns, control };
    await noteContainer(directory, container);
    return container;
  } catch (error) {
    await dismantle(netns, control).catch(() => {});
    await forgetContainer(directory, pod.namespace, pod.name);
    throw error;
  }
}

async function attach(
  pod: PlacedPod,
  netns: string,
  { loader, id, signal }: RunOptions,
): Promise<Omit<ContainerRecord, "netns" | "control">> {
  const { namespace, name, host, labels, ports, ipv4 } = pod;
  const request = {
    id,
    namespace,
    name,
    labels,
    netns,
    interface: containerInterface,
    ipv4,
    ports: [...ports],
  };
  const answer = await loader.attach(request, {
    deadlineMs: attachDeadlineMs,
    ...(signal && { signal }),
  });
  return {
    id: answer.id,
    namespace,
    name,
    host,
    labels: { ...labels },
    ports: [...ports],
    identity: answer.identity,
    ipv6: addressText(answer.ipv6),
    ipv4: addressText(answer.ipv4),
    revision: answer.revision,
  };
}

function addressText(bytes: Uint8Array): string {
  return bytes.length === 0 ? "" : formatAddress(addressFromBytes(bytes));
}
