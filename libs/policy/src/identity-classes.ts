import { classifier, type Dimension } from "./classes.ts";
import type { Rows } from "./rows.ts";

/** An identity and its class. */
export interface IdentityEntry {
  readonly identity: number;
  readonly class: number;
}

/** Every identity that a rule names, by the rules that name it. */
export function identityClasses({ peers }: Rows): Dimension<IdentityEntry> {
  const groups = new Map<number, number[]>();
  for (const [group, { identities }] of peers.entries()) {
    for (const identity of identities) {
      const list = groups.get(identity);
      if (list === undefined) groups.set(identity, [group]);
      else list.push(group);
    }
  }
  const { classOf, sets } = classifier();
  const entries = [...groups.entries()]
    .sort(([a], [b]) => a - b)
    .map(([identity, list]) => ({ identity, class: classOf(list) }));
  return { entries, sets };
}
