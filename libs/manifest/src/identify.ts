import * as z from "zod";
import { checkResource, diagnosticAt } from "./check.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { describe } from "./issues.ts";
import { clusterKinds, type Resource } from "./resource.ts";
import { dnsLabelSchema, dnsSubdomainSchema, labelsSchema } from "./schema.ts";

const text = z.string().check((context) => {
  if (context.value !== "") return;
  context.issues.push({ code: "custom", input: "", message: "is empty", params: { expected: "a text" } });
});

// What every object of Kubernetes has; the rest is the business of whoever knows the kind.
const anyObject = z.looseObject({
  apiVersion: text,
  kind: text,
  metadata: z.looseObject({
    name: dnsSubdomainSchema,
    namespace: dnsLabelSchema.nullish(),
    labels: labelsSchema.nullish(),
  }),
});

/** Gives a parsed object its kind, name and labels, or says which of them is missing or wrong. */
export function identify(item: Pick<Resource, "value" | "source" | "file" | "line" | "locate">): {
  resources: Resource[];
  diagnostics: Diagnostic[];
} {
  const bare: Resource = { ...item, apiVersion: "", kind: "", namespace: "", name: "", labels: {} };
  if (typeof item.value !== "object" || item.value === null || Array.isArray(item.value)) {
    const found = diagnosticAt(
      bare,
      [],
      describe(item.value),
      "an object with apiVersion, kind and metadata",
    );
    return { resources: [], diagnostics: [found] };
  }
  const checked = checkResource(bare, anyObject);
  if (!checked.ok) return { resources: [], diagnostics: checked.diagnostics };
  const { apiVersion, kind, metadata } = checked.value;
  const namespace = clusterKinds.has(kind) ? "" : (metadata.namespace ?? "default");
  const labels = metadata.labels ?? {};
  return {
    resources: [{ ...bare, apiVersion, kind, namespace, name: metadata.name, labels }],
    diagnostics: [],
  };
}
