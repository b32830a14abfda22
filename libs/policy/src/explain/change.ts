import type { PolicyView } from "../view.ts";

/** A change of policies that turns a verdict around. */
export interface Change {
  /** What it does, in one sentence; where nothing is to be applied, why no policy of its own can do it. */
  readonly summary: string;
  /** Manifests to apply, as YAML. */
  readonly apply: readonly string[];
}

/** How the ends of a flow are called in names and sentences. */
export interface FlowNames {
  readonly from: string;
  readonly to: string;
}

/** A name for a policy, made of words: as Kubernetes wants names, and taken by none of the others. */
export function policyName(words: readonly string[], taken: ReadonlySet<string>): string {
  const stem = words
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 58)
    .replace(/^-+|-+$/g, "");
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** The names of the policies of a namespace; "": of those of the cluster. */
export function namesIn(namespace: string, view: PolicyView): ReadonlySet<string> {
  return new Set(
    view.policies.flatMap(({ policy }) => (policy.namespace === namespace ? [policy.name] : [])),
  );
}
