// What of the log has no effect on a mesh, in words for people.
import { formatAddress } from "@weft/netaddr";
import type { Mesh } from "./mesh.ts";
import { unreadPolicies } from "./policy-view.ts";

/** One sentence for each sort of thing that is on record and not in force; none when everything is. */
export function notesOf(mesh: Mesh): string[] {
  return [...passedNotes(mesh), ...unreadPolicies(mesh), ...disputes(mesh)];
}

function passedNotes({ passed: { count, recent } }: Mesh): string[] {
  const last = recent.at(-1);
  if (last === undefined) return [];
  const more = count === 1 ? "" : `; neither have ${count - 1} events before it`;
  return [
    `revision ${last.revision}, a ${last.type} on ${last.subject}, has no effect: ${last.message}${more}`,
  ];
}

function disputes(mesh: Mesh): string[] {
  return [...mesh.hosts.values()].flatMap(({ name, claims, underlayIpv6, underlayIpv4 }) =>
    [[claims.underlayIpv6, underlayIpv6] as const, [claims.underlayIpv4, underlayIpv4] as const].flatMap(
      ([claim, held]) => {
        if (claim === undefined || held !== undefined) return [];
        return [
          `host ${name} says that it has ${formatAddress(claim.address)}, which another host has: it is not used`,
        ];
      },
    ),
  );
}
