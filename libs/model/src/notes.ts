// What of the log has no effect on a mesh, in words for people.
import { formatAddress } from "@weft/netaddr";
import type { Mesh, Passed } from "./mesh.ts";
import { unreadPolicies } from "./unread.ts";

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
 * Why what is on record at one of the revisions has no effect, or that this is not known any more, in a sentence. "": all of it has
 * one, or had one until another event came.
 */
export function withoutEffect(mesh: Mesh, revisions: readonly number[]): string {
  const { passed } = mesh;
  const why = new Map([
    ...passed.revisions.map(
      (each) => [each, `revision ${each} has no effect: why is not remembered any more`] as const,
    ),
    ...passed.recent.map((each) => [each.revision, passedText(each)] as const),
    ...unreadPolicies(mesh).map(({ revision, text }) => [revision, text] as const),
  ]);
  const old = revisions.some((each) => each <= passed.forgotten);
  const held = old ? heldIn(mesh) : new Set();
  for (const revision of revisions) {
    const text = why.get(revision);
    if (text !== undefined) return text;
    if (revision > passed.forgotten || held.has(revision)) continue;
    return `it is not known any more whether revision ${revision} has an effect`;
  }
  return "";
}

/** Where what the mesh has of people was put on record. */
function heldIn({ policies, namespaces, services, options }: Mesh): ReadonlySet<number> {
  const kinds = [policies, namespaces, services, options];
  return new Set(kinds.flatMap((held) => [...held.values()].map(({ revision }) => revision)));
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
