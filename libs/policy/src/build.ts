import { parseRevocation, type Revocation, revocationAnnotation } from "./revocation.ts";
import type { MetadataText, SelectorText } from "./schema-parts.ts";
import type { Requirement, Selector } from "./selector.ts";

/** A checked selector as a list of conditions. */
export function buildSelector(text: SelectorText): Selector {
  const equal = Object.entries(text.matchLabels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: "In", values: [value] }),
  );
  const expressions = (text.matchExpressions ?? []).map(
    ({ key, operator, values }): Requirement => ({ key, operator, values: values ?? [] }),
  );
  return [...equal, ...expressions];
}

/** What checked metadata say of revocation; cut if nothing. */
export function annotatedRevocation({ annotations }: MetadataText): Revocation {
  return parseRevocation(annotations?.[revocationAnnotation] ?? "") ?? { mode: "cut" };
}
