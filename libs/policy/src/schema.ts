import {
  labelKeySchema,
  labelsSchema,
  labelValueSchema,
  metadataSchema,
  portNameSchema,
  portNumberSchema,
} from "@weft/manifest";
import * as z from "zod";
import { ipBlockSchema } from "./blocks.ts";
import { parseRevocation, revocationAnnotation, revocationRule } from "./revocation.ts";

// As in the Go API, null means the same as absent wherever a field may be absent. Rules between fields are checked
// here, too, so that one pass finds everything.

const expression = z
  .strictObject({
    key: labelKeySchema,
    operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
    values: z.array(labelValueSchema).nullish(),
  })
  .check(({ value, issues }) => {
    const wanted = value.operator === "In" || value.operator === "NotIn";
    const given = (value.values ?? []).length > 0;
    if (wanted === given) return;
    const expected = `${wanted ? "at least one value" : "no values"}, as the operator is ${value.operator}`;
    issues.push(finding(value, ["values"], wanted ? "is empty" : "is not empty", expected));
  });

const selector = z.strictObject({
  matchLabels: labelsSchema.nullish(),
  matchExpressions: z.array(expression).nullish(),
});

const peer = z
  .strictObject({
    podSelector: selector.nullish(),
    namespaceSelector: selector.nullish(),
    ipBlock: ipBlockSchema.nullish(),
  })
  .check(({ value, issues }) => {
    const expected = "podSelector, namespaceSelector or both, or ipBlock alone";
    const selects = value.podSelector != null || value.namespaceSelector != null;
    if (selects && value.ipBlock != null)
      issues.push(finding(value, [], "has ipBlock beside a selector", expected));
    if (!selects && value.ipBlock == null) issues.push(finding(value, [], "names nobody", expected));
  });

const port = z
  .strictObject({
    protocol: z.enum(["TCP", "UDP", "SCTP"]).nullish(),
    port: z.union([portNumberSchema, portNameSchema]).nullish(),
    endPort: portNumberSchema.nullish(),
  })
  .check(({ value, issues }) => {
    const { port: first, endPort } = value;
    if (endPort == null || (typeof first === "number" && endPort >= first)) return;
    const message = `is ${endPort} while port is ${first == null ? "missing" : JSON.stringify(first)}`;
    const expected =
      typeof first === "number" ? `a number from ${first} to 65535` : "port to be a number, too";
    issues.push(finding(value, ["endPort"], message, expected));
  });

const spec = z.strictObject({
  podSelector: selector.nullish(),
  policyTypes: z
    .array(z.enum(["Ingress", "Egress"]))
    .max(2)
    .nullish(),
  ingress: z
    .array(z.strictObject({ from: z.array(peer).nullish(), ports: z.array(port).nullish() }))
    .nullish(),
  egress: z.array(z.strictObject({ to: z.array(peer).nullish(), ports: z.array(port).nullish() })).nullish(),
});

const metadata = metadataSchema.check(({ value, issues }) => {
  const text = value.annotations?.[revocationAnnotation];
  if (text === undefined || parseRevocation(text) !== undefined) return;
  const message = `is ${JSON.stringify(text)}`;
  issues.push(finding(value, ["annotations", revocationAnnotation], message, revocationRule));
});

/** networking.k8s.io/v1 NetworkPolicy, every field of it and no other. */
export const networkPolicySchema = z.strictObject({
  apiVersion: z.literal("networking.k8s.io/v1"),
  kind: z.literal("NetworkPolicy"),
  metadata,
  spec: spec.nullish(),
  /** Written by API servers before 1.28; it holds no intent. */
  status: z.unknown().optional(),
});

function finding(input: unknown, path: string[], message: string, expected: string): z.core.$ZodRawIssue {
  return { code: "custom", input, path, message, params: { expected } };
}

/** ObjectMeta as written. */
export type MetadataText = z.infer<typeof metadata>;
/** A LabelSelector as written. */
export type SelectorText = z.infer<typeof selector>;
/** A NetworkPolicyPeer as written, but its ipBlock read. */
export type PeerText = z.infer<typeof peer>;
/** A NetworkPolicyPort as written. */
export type PortText = z.infer<typeof port>;
/** A NetworkPolicySpec as written. */
export type SpecText = z.infer<typeof spec>;
