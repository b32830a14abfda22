// What the schemas of all kinds of policies share. As in the Go API, null means the same as absent wherever a field may be
// absent. Rules between fields are checked by schemas, too, so that one pass finds everything.
import { labelKeySchema, labelsSchema, labelValueSchema, metadataSchema } from "@weft/manifest";
import * as z from "zod";
import { parseRevocation, revocationAnnotation, revocationRule } from "./revocation.ts";

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

/** A LabelSelector. */
export const selectorSchema = z.strictObject({
  matchLabels: labelsSchema.nullish(),
  matchExpressions: z.array(expression).nullish(),
});

/** A revocation as written. */
export const revocationSchema = z.string().check(({ value, issues }) => {
  if (parseRevocation(value) === undefined)
    issues.push(finding(value, [], `is ${JSON.stringify(value)}`, revocationRule));
});

/** ObjectMeta whose annotations of Weft's are checked: one that is misspelt would else be none. */
export const policyMetadataSchema = metadataSchema.check(({ value, issues }) => {
  for (const key of Object.keys(value.annotations ?? {})) {
    if (!key.startsWith("weft/") || key === revocationAnnotation) continue;
    issues.push(finding(value, ["annotations", key], "is no annotation of policies", revocationAnnotation));
  }
  const text = value.annotations?.[revocationAnnotation];
  if (text === undefined || parseRevocation(text) !== undefined) return;
  const message = `is ${JSON.stringify(text)}`;
  issues.push(finding(value, ["annotations", revocationAnnotation], message, revocationRule));
});

/** An issue about one field, in the words of a diagnostic. */
export function finding(
  input: unknown,
  path: (string | number)[],
  message: string,
  expected: string,
): z.core.$ZodRawIssue {
  return { code: "custom", input, path, message, params: { expected } };
}

/** A LabelSelector as written. */
export type SelectorText = z.infer<typeof selectorSchema>;
/** ObjectMeta as written. */
export type MetadataText = z.infer<typeof policyMetadataSchema>;
