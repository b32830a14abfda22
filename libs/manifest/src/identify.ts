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

/** An object before its kind and name are known. */
export type Item = Pick<Resource, "value" | "source" | "file" | "line" | "locate">;

/** Resources in the order of the texts, and everything that is wrong; either may be empty. */
export interface Manifests {
  readonly resources: Resource[];
  readonly diagnostics: Diagnostic[];
}

/** Gives a parsed object its kind, name and labels, or says which of them is missing or wrong. */
export function identify(item: Item): Manifests {
  if (typeof item.value !== "object" || item.value === null || Array.isArray(item.value)) {
    const expected = "an object with apiVersion, kind and metadata";
    return { resources: [], diagnostics: [diagnosticAt(item, [], describe(item.value), expected)] };
  }
  const checked = checkResource(item, anyObject);
  if (!checked.ok) return { resources: [], diagnostics: checked.diagnostics };
  const { apiVersion, kind, metadata } = checked.value;
  const namespace = clusterKinds.has(kind) ? "" : (metadata.namespace ?? "default");
  const labels = metadata.labels ?? {};
  return {
    resources: [{ ...item, apiVersion, kind, namespace, name: metadata.name, labels }],
    diagnostics: [],
  };
}
