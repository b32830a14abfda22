import type { Path } from "@weft/manifest";

/** What kind of field kept a rule from applying. */
export type MissKind =
  | "labels"
  | "namespace"
  | "namespace-labels"
  | "outside"
  | "address"
  | "except"
  | "protocol"
  | "port"
  | "port-name";

/** A field of a rule that kept it from applying to a flow. */
export interface Miss {
  readonly kind: MissKind;
  /** The field in the policy's manifest, e.g. spec.ingress[0].from[1].podSelector. */
  readonly path: Path;
  /** The label key of a selector that was not fulfilled. */
  readonly key?: string;
  /** What the rule wants and what the flow has, for people. */
  readonly message: string;
  /** How far off it is: 1 for a field with another value, more where nothing of that kind could fit. */
  readonly distance: number;
}

/** The sum of what several fields are off by. */
export function distanceOf(misses: readonly Miss[]): number {
  return misses.reduce((sum, { distance }) => sum + distance, 0);
}

/** Of several alternatives the one that is off the least; the first of equals. */
export function nearestOf(alternatives: readonly (readonly Miss[])[]): readonly Miss[] {
  const [first = [], ...rest] = alternatives;
  return rest.reduce((best, one) => (distanceOf(one) < distanceOf(best) ? one : best), first);
}
