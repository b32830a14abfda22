// Leases that nobody uses: left behind by a loader that died between lease and record, or by an ipam that was away.
import type { Mesh } from "@weft/model";
import { type Client, newCause } from "@weft/rpc";

/** What sweeping needs. */
export interface SweepOptions {
  readonly host: string;
  readonly mesh: Mesh;
  readonly attaching: () => ReadonlySet<string>;
  readonly ipam: Pick<Client<"Ipam">, "release">;
  readonly actor: string;
}

/** A sweep: gives back what was without a container in this sweep and in the one before; answers the owners. */
export function makeSweep(options: SweepOptions): () => Promise<readonly string[]> {
  const { host, mesh, attaching, ipam, actor } = options;
  let before = new Map<string, number>();
  return async () => {
    const orphans = new Map<string, number>();
    for (const { owner, revision } of mesh.leases.get(host)?.values() ?? []) {
      if (mesh.endpoints.get(host)?.has(owner) === true || attaching().has(owner)) continue;
      orphans.set(owner, revision);
    }
    const owners = [...orphans]
      .filter(([owner, revision]) => before.get(owner) === revision)
      .map(([owner]) => owner);
    before = orphans;
    if (owners.length > 0) await ipam.release({ host, owners }, { actor, cause: newCause("Loader/Sweep") });
    return owners;
  };
}
