import { createHash } from "node:crypto";
import type { Pod } from "./pods.ts";

/** A pod and the name of the host it runs on. */
export type PlacedPod = Pod & { readonly host: string };

/** Spreads pods over hosts in turn, in the order given; a pod that names its host goes there. */
export function placePods(pods: readonly Pod[], hosts: readonly string[]): PlacedPod[] {
  let next = 0;
  return pods.map((pod) => {
    const host = pod.host ?? hosts[next++ % hosts.length];
    if (host === undefined) throw new RangeError("there is no host to place a pod on");
    return { ...pod, host };
  });
}

/** How many containers more than the emptiest host another may have and still get the next one. */
const tolerance = 1;

/**
 * The host of one more container: of those with the fewest, within a tolerance, the one that the name falls to
 * (rendezvous hashing). So also many that see the same counts, because they are placed at the same time, spread.
 */
export function placeOne(name: string, hosts: readonly string[], load: (host: string) => number): string {
  const fewest = Math.min(...hosts.map(load));
  const weight = (host: string) => createHash("sha256").update(`${host}\0${name}`).digest("hex");
  const candidates = hosts.filter((host) => load(host) <= fewest + tolerance);
  return candidates.reduce((best, host) => (weight(host) > weight(best) ? host : best));
}
