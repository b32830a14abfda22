import * as z from "zod";
import { checkResource, diagnosticAt } from "./check.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { describe } from "./issues.ts";
import { clusterKinds, type Resource } from "./resource.ts";
import { templateFinding } from "./template.ts";
import { unclearText } from "./unclear.ts";

const text = z.string().check((context) => {
  if (context.value !== "") return;
  context.issues.push({ code: "custom", input: "", message: "is empty", params: { expected: "a text" } });
});

/** A name by anybody's rules: roles have colons in theirs, and `no` is one, too. */
const anyName = z.preprocess((value) => unclearText(value) ?? value, text);

// What every object of Kubernetes has. What names and labels may be is the business of whoever knows the kind.
const anyObject = z.looseObject({
  apiVersion: text,
  kind: text,
  metadata: z
    .looseObject({
      name: anyName.optional(),
      generateName: anyName.nullish(),
      namespace: z.unknown().optional(),
      labels: z.unknown().optional(),
    })
    .check(({ value, issues }) => {
      if (value.name !== undefined || value.generateName) return;
      const params = { expected: "a text" };
      issues.push({ code: "custom", input: value, path: ["name"], message: "is missing", params });
    }),
});

/** An object before its kind and name are known. */
export type Item = Pick<Resource, "value" | "source" | "file" | "line" | "locate">;

/** Resources in the order of the texts, and everything that is wrong; either may be empty. */
export interface Manifests {
  readonly resources: Resource[];
  readonly diagnostics: Diagnostic[];
}

/** Gives a parsed object its kind, name and labels, or says which of them is missing. */
export function identify(item: Item): Manifests {
  if (typeof item.value !== "object" || item.value === null || Array.isArray(item.value)) {
    const expected = "an object with apiVersion, kind and metadata";
    return { resources: [], diagnostics: [diagnosticAt(item, [], describe(item.value), expected)] };
  }
  const checked = checkResource(item, anyObject);
  if (!checked.ok) return { resources: [], diagnostics: checked.diagnostics };
  const { apiVersion, kind, metadata } = checked.value;
  // An API server puts random letters in the place of the asterisk.
  const name = metadata.name ?? `${metadata.generateName}*`;
  const unrendered = [apiVersion, kind, name, metadata.namespace].find(isTemplate);
  if (unrendered !== undefined) return { resources: [], diagnostics: [templateFinding(item, unrendered)] };
  const given = unclearText(metadata.namespace) ?? metadata.namespace;
  const own = typeof given === "string" && given !== "" ? given : "default";
  const namespace = clusterKinds.has(kind) ? "" : own;
  return {
    resources: [{ ...item, apiVersion, kind, namespace, name, labels: labelsOf(metadata.labels) }],
    diagnostics: [],
  };
}

function isTemplate(value: unknown): value is string {
  return typeof value === "string" && value.includes("{{");
}

function labelsOf(labels: unknown): Record<string, string> {
  if (typeof labels !== "object" || labels === null) return {};
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => typeof value === "string"));
}
