// What only a fresh look tells: whether the kernel still is as it was left, and whether the other hosts can be reached.
import { setTimeout as delay } from "node:timers/promises";
import { type Neighbour, neighbours, type Route, routesTo } from "@weft/ebpf";
import type { Mesh } from "@weft/model";
import { formatAddress, toWeftError } from "@weft/netaddr";
import { describe } from "./domain/describe.ts";
import type { HostFacts } from "./domain/desired.ts";
import { underlayOf } from "./domain/shared-maps.ts";
import { transportOf } from "./domain/transport.ts";
import { limited } from "./lines.ts";
import type { Check, Reconciler } from "./reconcile.ts";

/** How long somebody who asks waits for the loop to be done with what it is at. */
const patienceMs = 1_000;

/** What a fresh look found; undefined when the loop is busy and did not get to it. */
export async function lookAround(
  {
    mesh,
    facts,
    reconciler,
  }: { readonly mesh: Mesh; readonly facts: HostFacts; readonly reconciler: Reconciler },
  netns: string | undefined,
): Promise<string[] | undefined> {
  const checked = reconciler.check().then(
    (check) => checkLines(mesh, facts.host, check),
    (thrown: unknown) => [`the kernel cannot be read: ${toWeftError(thrown).message}`],
  );
  const stop = new AbortController();
  const late = delay(patienceMs, undefined, { signal: stop.signal }).catch(() => undefined);
  const [lines, routes] = await Promise.all([
    Promise.race([checked, late]).finally(() => stop.abort()),
    routeLines(mesh, facts, netns),
  ]);
  return lines === undefined ? undefined : [...lines, ...routes];
}

/** What a look at the kernel means, for people. */
export function checkLines(mesh: Mesh, host: string, { lost, gone }: Check): string[] {
  const containers = gone.map(({ id, netns }) => {
    const endpoint = mesh.endpoints.get(host)?.get(id);
    const name = endpoint === undefined ? id : `${endpoint.namespace}/${endpoint.name} (${id})`;
    return `container ${name} has no network namespace any more at ${netns}`;
  });
  const steps = lost.map((step) => `somebody changed the kernel, and it is repaired now: ${describe(step)}`);
  return [...limited(containers, "more containers have none"), ...limited(steps, "more steps")];
}

async function routeLines(mesh: Mesh, facts: HostFacts, netns: string | undefined): Promise<string[]> {
  const { family } = transportOf(mesh, facts).underlay;
  const peers = [...mesh.hosts.values()].flatMap((host) => {
    const address = underlayOf(host, family);
    return host.name === facts.host || address === undefined
      ? []
      : [[host.name, formatAddress(address)] as const];
  });
  if (peers.length === 0) return [];
  const addresses = peers.map(([, address]) => address);
  try {
    return wayLines(peers, await routesTo(addresses, netns), await neighbours(netns));
  } catch {
    return []; // The next look tells.
  }
}

/** What keeps packets from other hosts: there is no route, or nobody answers on it. */
export function wayLines(
  peers: readonly (readonly [name: string, address: string])[],
  ways: readonly (Route | undefined)[],
  known: readonly Neighbour[],
): string[] {
  const failed = known.filter(({ state }) => state === "failed");
  const lines = peers.flatMap(([name, address], n) => {
    const way = ways[n];
    if (way === undefined) return [`there is no route to host ${name} at ${address}`];
    const hop = way.via ?? address;
    const silent = failed.some((one) => one.ifindex === way.ifindex && one.address === hop);
    if (!silent) return [];
    return hop === address
      ? [`host ${name} at ${address} does not answer on the wire (ARP, Neighbour Discovery)`]
      : [
          `the router ${hop} to host ${name} at ${address} does not answer on the wire (ARP, Neighbour Discovery)`,
        ];
  });
  return limited(lines, "more hosts cannot be reached");
}
