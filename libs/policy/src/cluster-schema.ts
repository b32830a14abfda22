import { portNameSchema, portNumberSchema } from "@weft/manifest";
import * as z from "zod";
import { cidrSchema } from "./blocks.ts";
import { finding, policyMetadataSchema, selectorSchema } from "./schema-parts.ts";

// Bounds and rules are those of the custom resource definition of network-policy-api.
const most = 25;

/** Of an object that is a choice: exactly one of its fields. */
function oneOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  const expected = names.length === 1 ? `${names[0]}` : `exactly one of ${names.join(", ")}`;
  return z.strictObject(shape).check(({ value, issues }) => {
    const given = Object.values(value).filter((field) => field != null).length;
    if (given === 1) return;
    issues.push(finding(value, [], given === 0 ? "says nothing" : `has ${given} fields`, expected));
  });
}

const pods = z.strictObject({ namespaceSelector: selectorSchema.nullish(), podSelector: selectorSchema });

const containers = { namespaces: selectorSchema.nullish(), pods: pods.nullish() };

const range = z
  .strictObject({ start: portNumberSchema, end: portNumberSchema })
  .check(({ value, issues }) => {
    const { start, end } = value;
    if (start < end) return;
    issues.push(finding(value, ["end"], `is ${end} while start is ${start}`, "a number above start"));
  });

const port = oneOf({ number: portNumberSchema.nullish(), range: range.nullish() });

const transport = oneOf({ destinationPort: port.nullish() }).nullish();

const protocol = oneOf({
  tcp: transport,
  udp: transport,
  sctp: transport,
  destinationNamedPort: portNameSchema.nullish(),
});

const ruleFields = {
  name: z.string().max(100).nullish(),
  action: z.enum(["Accept", "Deny", "Pass"]),
  protocols: z.array(protocol).min(1).max(most).nullish(),
};

const ingressRule = z.strictObject({ ...ruleFields, from: z.array(oneOf(containers)).min(1).max(most) });

const outside = {
  nodes: selectorSchema.nullish(),
  networks: z.array(cidrSchema).min(1).max(most).nullish(),
};

const egressRule = z
  .strictObject({
    ...ruleFields,
    to: z
      .array(oneOf({ ...containers, ...outside }))
      .min(1)
      .max(most),
  })
  .check(({ value, issues }) => {
    const nameless = value.to.findIndex(({ nodes, networks }) => nodes != null || networks != null);
    if (nameless < 0) return;
    for (const [index, { destinationNamedPort }] of (value.protocols ?? []).entries()) {
      if (destinationNamedPort == null) continue;
      const message = `names a port, which to[${nameless}] cannot have`;
      const path = ["protocols", index, "destinationNamedPort"];
      issues.push(finding(value, path, message, "only namespaces and pods in to"));
    }
  });

const spec = z.strictObject({
  tier: z.enum(["Admin", "Baseline"]),
  priority: z.number().refine((value) => Number.isInteger(value) && value >= 0 && value <= 1000, {
    error: (issue) => `is ${String(issue.input)}`,
    params: { expected: "a whole number from 0 to 1000" },
  }),
  subject: oneOf(containers),
  ingress: z.array(ingressRule).max(most).nullish(),
  egress: z.array(egressRule).max(most).nullish(),
});

/** policy.networking.k8s.io ClusterNetworkPolicy, every field of it but `domainNames` and no other. */
export const clusterPolicySchema = z.strictObject({
  /** The two versions have the same fields. */
  apiVersion: z.enum(["policy.networking.k8s.io/v1alpha2", "policy.networking.k8s.io/v1beta1"]),
  kind: z.literal("ClusterNetworkPolicy"),
  metadata: policyMetadataSchema.check(({ value, issues }) => {
    if (value.namespace == null) return;
    issues.push(finding(value, ["namespace"], `is ${JSON.stringify(value.namespace)}`, "none"));
  }),
  spec,
  /** Written by API servers; it holds no intent. */
  status: z.unknown().optional(),
});

/** A ClusterNetworkPolicySubject, or a peer that is containers, as written. */
export type ContainersText = Partial<z.infer<ReturnType<typeof oneOf<typeof containers>>>>;
/** A peer of either direction as written, but its networks read. */
export type ClusterPeerText = z.infer<typeof egressRule>["to"][number];
/** A ClusterNetworkPolicyProtocol as written. */
export type ProtocolText = z.infer<typeof protocol>;
/** What rules of both directions have, as written. */
export type ClusterRuleText = Omit<z.infer<typeof ingressRule>, "from">;
