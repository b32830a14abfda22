// What of the policies this version cannot read. Loaders ask after each pass, so only what changed is looked at.
import { followChanges, type Journal } from "./changes.ts";
import type { Mesh } from "./mesh.ts";
import { policyInForce } from "./policy-view.ts";

/** A policy that has no effect as it is on record, in words and with its revision. */
interface Unread {
  readonly revision: number;
  readonly text: string;
}

interface Followed {
  readonly journal: Journal;
  /** By key of `Mesh.policies`; undefined: nobody has looked yet. */
  found: Map<string, Unread> | undefined;
}

const followed = new WeakMap<Mesh, Followed>();

/** What of the policies this version cannot read, oldest first: it has no effect. */
export function unreadPolicies(mesh: Mesh): Unread[] {
  const known = followed.get(mesh) ?? { journal: followChanges(mesh), found: undefined };
  followed.set(mesh, known);
  const changes = known.journal.take();
  const before = changes === undefined ? undefined : known.found;
  const found = before ?? new Map<string, Unread>();
  const changedKeys = changes?.flatMap((change) => (change.kind === "policy" ? [change.key] : [])) ?? [];
  const keys = before === undefined ? mesh.policies.keys() : changedKeys;
  for (const key of keys) {
    const unread = unreadOf(mesh, key);
    if (unread === undefined) found.delete(key);
    else found.set(key, unread);
  }
  known.found = found;
  return [...found.values()].sort((a, b) => a.revision - b.revision);
}

function unreadOf(mesh: Mesh, key: string): Unread | undefined {
  const policy = mesh.policies.get(key);
  const inForce = policy && policyInForce(policy);
  if (policy === undefined || inForce === policy) return undefined;
  const { revision, namespace, name } = policy;
  const full = namespace === "" ? name : `${namespace}/${name}`;
  const instead =
    inForce === undefined ? "nothing of it is enforced" : `revision ${inForce.revision} of it is enforced`;
  return {
    revision,
    text: `revision ${revision} of policy ${full} cannot be read by this version: ${instead}`,
  };
}
