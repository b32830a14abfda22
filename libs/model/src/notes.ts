// What of the log has no effect on a mesh, in words for people.
import { formatAddress } from "@weft/netaddr";
import type { Mesh, Passed } from "./mesh.ts";
import { unreadPolicies } from "./policy-view.ts";

/** One sentence for each sort of thing that is on record and not in force; none when everything is. */
export function notesOf(mesh: Mesh): string[] {
  return [...passedNotes(mesh), ...unreadPolicies(mesh).map(({ text }) => text), ...disputes(mesh)];
}

function passedNotes({ passed: { count, recent } }: Mesh): string[] {
  const last = recent.at(-1);
  if (last === undefined) return [];
  const more = count === 1 ? "" : `; neither have ${count - 1} events before it`;
  return [`${passedText(last)}${more}`];
}

function passedText({ revision, type, subject, message }: Passed): string {
  return `revision ${revision}, a ${type} on ${subject}, has no effect: ${message}`;
}

/**
 * Why what is on record at a revision has no effect, in a sentence. "": it has one, or another event came after it, or it is so old
 * that only the number of those without effect is remembered.
 */
export function withoutEffect(mesh: Mesh, revision: number): string {
  const passed = mesh.passed.recent.find((each) => each.revision === revision);
  if (passed !== undefined) return passedText(passed);
  return unreadPolicies(mesh).find((each) => each.revision === revision)?.text ?? "";
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
