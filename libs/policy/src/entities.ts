import { reservedIdentities } from "./view.ts";

/** Peers that no label tells apart. */
export const entities = ["world", "host", "remote-node", "cluster"] as const;

/**
 * world: who is neither in the mesh nor a host of it; host: the container's own host; remote-node: another host;
 * cluster: every container and every host.
 */
export type Entity = (typeof entities)[number];

/** The identities behind an entity, `known` being those of containers. */
export function entityIdentities(entity: Entity, known: readonly number[]): readonly number[] {
  const { host, world, remoteNode } = reservedIdentities;
  switch (entity) {
    case "world":
      return [world];
    case "host":
      return [host];
    case "remote-node":
      return [remoteNode];
    case "cluster":
      return [host, remoteNode, ...known];
  }
}
