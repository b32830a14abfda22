import {
  checkResource,
  type Diagnostic,
  diagnosticAt,
  doAll,
  type KnownTexts,
  maxFindings,
  metadataSchema,
  parsingManifests,
  type Resource,
  type SourceText,
  type Steps,
  sizeFindings,
} from "@weft/manifest";
import type { Labels } from "@weft/netaddr";
import { type Policy, parsePolicy, policyKinds } from "@weft/policy";
import * as z from "zod";

/** What a document wants: a policy or a namespace, as it says. */
export type Intent =
  | { readonly kind: "Policy"; readonly resource: Resource; readonly policy: Policy }
  | { readonly kind: "Namespace"; readonly resource: Resource; readonly labels: Labels };

/** What documents want, and everything that is wrong with them. */
export interface Intents {
  readonly intents: readonly Intent[];
  readonly diagnostics: readonly Diagnostic[];
}

const namespaceSchema = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Namespace"),
  metadata: metadataSchema,
  spec: z.strictObject({ finalizers: z.array(z.string()).nullish() }).nullish(),
  status: z.unknown().optional(),
});

/** Reads and checks documents as a whole: whoever acts on the intents does so only when there is no diagnostic. */
export function readIntents(documents: readonly SourceText[]): Intents {
  return doAll(readingIntents(documents));
}

/** Of resources that had no finding. */
const checked = new WeakMap<Resource, Intent>();

/** {@link readIntents}, a document a step. What is known is not read again, and what is in it not checked again. */
export function* readingIntents(documents: readonly SourceText[], known?: KnownTexts): Steps<Intents> {
  const { resources, diagnostics } = yield* parsingManifests(documents, known);
  const intents: Intent[] = [];
  const findings: Diagnostic[] = [...diagnostics];
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    yield;
    if (findings.length >= maxFindings) break;
    const intent = checked.get(resource) ?? readIntent(resource);
    if (Array.isArray(intent)) findings.push(...intent);
    else {
      intents.push(intent);
      checked.set(resource, intent);
    }
    const [group] = resource.apiVersion.split("/");
    const key = `${group}/${resource.kind}/${resource.namespace}/${resource.name}`;
    const twin = seen.get(key);
    if (twin !== undefined) {
      const message = `${resource.name} is given a second time; first in ${twin.file}:${twin.line}`;
      findings.push(diagnosticAt(resource, ["metadata", "name"], message, "each object once"));
    }
    seen.set(key, resource);
  }
  return { intents, diagnostics: findings };
}

function readIntent(resource: Resource): Intent | Diagnostic[] {
  // Before anything is appended: what is too long for an event would be found out half way.
  const tooLong = sizeFindings(resource);
  if (tooLong.length > 0) return tooLong;
  switch (resource.kind) {
    case "NetworkPolicy":
    case "ClusterNetworkPolicy": {
      const policy = parsePolicy(resource);
      return Array.isArray(policy) ? policy : { kind: "Policy", resource, policy };
    }
    case "Namespace": {
      const namespace = checkResource(resource, namespaceSchema);
      if (!namespace.ok) return namespace.diagnostics;
      return { kind: "Namespace", resource, labels: namespace.value.metadata.labels ?? {} };
    }
    case "Service":
      return [wrongKind(resource, "a Service is not the compiler's", "to be applied to the load balancer")];
    default:
      return [wrongKind(resource, `unsupported kind ${resource.kind}`, known)];
  }
}

const known = `${policyKinds.join(", ")} or Namespace`;

function wrongKind(resource: Resource, message: string, expected: string): Diagnostic {
  return diagnosticAt(resource, ["kind"], message, expected);
}
