/** Names a policy. */
export interface PolicyName {
  readonly namespace: string;
  readonly name: string;
}

/** A change of policies that turns a verdict around; nothing to apply and nothing to delete: no policy can. */
export interface Change {
  /** What it does, in one sentence. */
  readonly summary: string;
  /** Manifests to apply, as YAML, in this order. */
  readonly apply: readonly string[];
  /** Policies to delete. */
  readonly delete: readonly PolicyName[];
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
  const base = stem === "" ? "flow" : stem;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}
