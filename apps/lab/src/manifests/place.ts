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
