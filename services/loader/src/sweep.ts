// Leases that nobody uses: left behind by a loader that died between lease and record, or by an ipam that was away.
import type { Mesh } from "@weft/model";
import { type Client, newCause } from "@weft/rpc";

/** What sweeping needs. */
interface SweepOptions {
  readonly host: string;
  readonly mesh: Mesh;
  readonly attaching: () => ReadonlySet<string>;
  readonly ipam: Pick<Client<"Ipam">, "release">;
  readonly actor: string;
}

/** A lease, as far as nobody uses it. */
interface Orphan {
  readonly revision: number;
  /** Its container lives, and has no IPv4 any more. */
  readonly ipv4Only: boolean;
}

/** A sweep: gives back what nobody used in this sweep and in the one before; answers the owners. */
export function makeSweep(options: SweepOptions): () => Promise<readonly string[]> {
  const { host, ipam, actor } = options;
  let before = new Map<string, Orphan>();
  return async () => {
    const orphans = orphansOf(options);
    const still = [...orphans].filter(([owner, { revision }]) => before.get(owner)?.revision === revision);
    before = orphans;
    for (const ipv4Only of [false, true]) {
      const owners = still.flatMap(([owner, orphan]) => (orphan.ipv4Only === ipv4Only ? [owner] : []));
      const asked = { actor, cause: newCause("Loader/Sweep") };
      if (owners.length > 0) await ipam.release({ host, owners, ipv4Only }, asked);
    }
    return still.map(([owner]) => owner);
  };
}

function orphansOf({ host, mesh, attaching }: SweepOptions): Map<string, Orphan> {
  const orphans = new Map<string, Orphan>();
  for (const { owner, ipv4, revision } of mesh.leases.get(host)?.values() ?? []) {
    if (attaching().has(owner)) continue;
    const endpoint = mesh.endpoints.get(host)?.get(owner);
    const ipv4Only = endpoint !== undefined;
    if (ipv4Only && (ipv4 === undefined || endpoint.ipv4 !== undefined)) continue;
    orphans.set(owner, { revision, ipv4Only });
  }
  return orphans;
}
