import type { Family } from "@weft/netaddr";
import { type Decision, decide } from "./decide.ts";
import type { Protocol } from "./protocol.ts";
import type { PolicyEndpoint, PolicyView } from "./view.ts";

/** One cell of a reachability matrix: what should happen when `from` opens a port of `to`. */
export interface MatrixCell {
  /** Ids of the endpoints. */
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly family: Family;
  readonly decision: Decision;
}

/** Which ports of a receiver are asked for. */
export type PortsOf = (
  to: PolicyEndpoint,
) => readonly { readonly protocol: Protocol; readonly port: number }[];

/**
 * What policy says of every endpoint opening every port of every other, for each address family that both have.
 * Ports are those that the receiver declares unless `portsOf` says otherwise. An endpoint to itself is left out:
 * Kubernetes does not define it.
 */
export function expectedMatrix(
  endpoints: readonly PolicyEndpoint[],
  view: PolicyView,
  portsOf: PortsOf = (to) => to.ports,
): MatrixCell[] {
  const cells: MatrixCell[] = [];
  for (const from of endpoints) {
    for (const to of endpoints) {
      if (from.id === to.id) continue;
      for (const family of [6, 4] as const) {
        if (!has(from, family) || !has(to, family)) continue;
        for (const { protocol, port } of portsOf(to)) {
          const decision = decide({ from, to, protocol, port, family }, view);
          cells.push({ from: from.id, to: to.id, protocol, port, family, decision });
        }
      }
    }
  }
  return cells;
}

function has({ addresses }: PolicyEndpoint, family: Family): boolean {
  return addresses.some((address) => address.family === family);
}
