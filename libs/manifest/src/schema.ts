import * as z from "zod";
import { isDnsLabel, isDnsSubdomain, isLabelKey, isLabelValue, isPortName, nameRules } from "./names.ts";

// A text that obeys one of the name rules; the rule is what a diagnostic gives as expected.
function named(test: (text: string) => boolean, expected: string) {
  return z.string().check((context) => {
    if (test(context.value)) return;
    const message = `is ${JSON.stringify(context.value)}`;
    context.issues.push({ code: "custom", input: context.value, message, params: { expected } });
  });
}

/** A DNS label (RFC 1123), as for names of namespaces. */
export const dnsLabelSchema = named(isDnsLabel, nameRules.dnsLabel);

/** A DNS subdomain (RFC 1123), as for names of most objects. */
export const dnsSubdomainSchema = named(isDnsSubdomain, nameRules.dnsSubdomain);

/** A key of a label. */
export const labelKeySchema = named(isLabelKey, nameRules.labelKey);

/** A value of a label. */
export const labelValueSchema = named(isLabelValue, nameRules.labelValue);

/** A set of labels; both keys and values are checked. */
export const labelsSchema = z.record(labelKeySchema, labelValueSchema);

/** Name of a port (RFC 6335). */
export const portNameSchema = named(isPortName, nameRules.portName);

/** Number of a port. */
export const portNumberSchema = z
  .number()
  .refine((port) => Number.isInteger(port) && port >= 1 && port <= 65535, {
    error: (issue) => `is ${String(issue.input)}`,
    params: { expected: "a whole number from 1 to 65535" },
  });

/** An object whose name and namespace obey the rules; of the rest nothing is said. */
export const namedSchema = z.looseObject({
  metadata: z.looseObject({ name: dnsSubdomainSchema, namespace: dnsLabelSchema.nullish() }),
});

/** ObjectMeta of Kubernetes whole: what Weft reads is checked, what an API server writes is let through. */
export const metadataSchema = z.strictObject({
  name: dnsSubdomainSchema,
  namespace: dnsLabelSchema.nullish(),
  labels: labelsSchema.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
  creationTimestamp: z.unknown().optional(),
  deletionGracePeriodSeconds: z.unknown().optional(),
  deletionTimestamp: z.unknown().optional(),
  finalizers: z.unknown().optional(),
  generateName: z.unknown().optional(),
  generation: z.unknown().optional(),
  managedFields: z.unknown().optional(),
  ownerReferences: z.unknown().optional(),
  resourceVersion: z.unknown().optional(),
  selfLink: z.unknown().optional(),
  uid: z.unknown().optional(),
});
