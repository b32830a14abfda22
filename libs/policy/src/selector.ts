import type { Labels } from "@weft/netaddr";

/** One condition on a set of labels. */
export interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[];
}

/** All conditions must hold; none at all selects everything. `matchLabels` are In with one value. */
export type Selector = readonly Requirement[];

/** Whether labels fulfil a selector. A missing key fulfils NotIn, as the Kubernetes API documentation says. */
export function selects(selector: Selector, labels: Labels): boolean {
  return selector.every((requirement) => fulfils(requirement, labels));
}

function fulfils({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
