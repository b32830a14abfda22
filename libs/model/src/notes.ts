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
 * Why what is on record at a revision has no effect, or that this is not known any more, in a sentence. "": it has one, or had
 * one until another event came.
 */
export function withoutEffect(mesh: Mesh, revision: number): string {
  const { recent, revisions, forgotten } = mesh.passed;
  const passed = recent.find((each) => each.revision === revision);
  if (passed !== undefined) return passedText(passed);
  if (revisions.includes(revision))
    return `revision ${revision} has no effect: why is not remembered any more`;
  const unread = unreadPolicies(mesh).find((each) => each.revision === revision);
  if (unread !== undefined) return unread.text;
  if (revision > forgotten || isHeld(mesh, revision)) return "";
  return `it is not known any more whether revision ${revision} has an effect`;
}

/** Whether what a person applied at a revision is what the mesh has now. */
function isHeld({ policies, namespaces, services, options }: Mesh, revision: number): boolean {
  const kinds = [policies, namespaces, services, options];
  return kinds.some((held) => [...held.values()].some((each) => each.revision === revision));
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
