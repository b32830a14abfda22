import { type Diagnostic, parseManifests } from "@weft/manifest";
import { type NetworkPolicy, parseNetworkPolicy, selects } from "@weft/policy";
import type { ConformanceStep, NamedManifest } from "./schema.ts";

/** A NetworkPolicy of a file, parsed; undefined: it is of another kind. Otherwise what is wrong with it. */
export function parsePolicy(policy: NamedManifest): NetworkPolicy | undefined | readonly Diagnostic[] {
  const { resources, diagnostics } = parseManifests([{ file: "", text: JSON.stringify(policy) }]);
  const [resource] = resources;
  if (resource === undefined) return diagnostics;
  return resource.kind === "NetworkPolicy" ? parseNetworkPolicy(resource) : undefined;
}

/** The pods of a step that a NetworkPolicy selects, as "namespace/name". */
export function selectedPods({ policies, pods }: ConformanceStep): string[] {
  const parsed = policies.map(parsePolicy);
  return Object.entries(pods).flatMap(([id, labels]) => {
    const selected = parsed.some(
      (policy) =>
        policy !== undefined &&
        "podSelector" in policy &&
        id.startsWith(`${policy.namespace}/`) &&
        selects(policy.podSelector, labels),
    );
    return selected ? [id] : [];
  });
}
