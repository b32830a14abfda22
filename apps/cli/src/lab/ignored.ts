import type { Ignored } from "@weft/lab";

/** One line for each kind and reason, with all the names. */
export function describeIgnored(ignored: readonly Ignored[]): string[] {
  const groups = Map.groupBy(ignored, ({ kind, reason }) => `${kind}: ${reason}`);
  return [...groups.values()].map((group) => {
    const names = group.map(({ name }) => name).join(", ");
    return `ignored: ${group[0]?.kind} ${names}: ${group[0]?.reason}`;
  });
}
