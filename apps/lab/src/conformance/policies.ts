import { type Diagnostic, diagnosticAt, parseManifests } from "@weft/manifest";
import { parsePolicy, policyKinds, selects, selectsPod } from "@weft/policy";
import type { ConformanceStep, NamedManifest } from "./schema.ts";

/** A policy of a file, parsed, or what is wrong with it. */
export function readPolicy(policy: NamedManifest): ReturnType<typeof parsePolicy> {
  const { resources, diagnostics } = parseManifests([{ file: "", text: JSON.stringify(policy) }]);
  const [resource] = resources;
  if (resource === undefined) return diagnostics;
  if (policyKinds.some((kind) => kind === resource.kind)) return parsePolicy(resource);
  const found: Diagnostic = diagnosticAt(resource, ["kind"], "no policy", policyKinds.join(" or "));
  return [found];
}

/** The pods of a step that a policy selects, as "namespace/name". */
export function selectedPods({ policies, pods, namespaces }: ConformanceStep): string[] {
  const parsed = policies.map(readPolicy).filter((policy) => "revocation" in policy);
  const namespaceLabels = new Map(Object.entries(namespaces));
  const view = { policies: [], endpoints: [], namespaces: namespaceLabels };
  return Object.entries(pods).flatMap(([id, labels]) => {
    const [namespace = ""] = id.split("/");
    const selected = parsed.some((policy) =>
      policy.kind === "ClusterNetworkPolicy"
        ? selectsPod(policy.subject, "", namespace, labels, view)
        : policy.namespace === namespace && selects(policy.podSelector, labels),
    );
    return selected ? [id] : [];
  });
}
