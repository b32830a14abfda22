import {
  labelKeySchema,
  labelsSchema,
  labelValueSchema,
  metadataSchema,
  portNameSchema,
  portNumberSchema,
} from "@weft/manifest";
import * as z from "zod";

// As in the Go API, null means the same as absent wherever a field may be absent.

const selector = z.strictObject({
  matchLabels: labelsSchema.nullish(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: labelKeySchema,
        operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
        values: z.array(labelValueSchema).nullish(),
      }),
    )
    .nullish(),
});

const peer = z.strictObject({
  podSelector: selector.nullish(),
  namespaceSelector: selector.nullish(),
  ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).nullish() }).nullish(),
});

const port = z.strictObject({
  protocol: z.enum(["TCP", "UDP", "SCTP"]).nullish(),
  port: z.union([portNumberSchema, portNameSchema]).nullish(),
  endPort: portNumberSchema.nullish(),
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

/** networking.k8s.io/v1 NetworkPolicy, every field of it and no other. */
export const networkPolicySchema = z.strictObject({
  apiVersion: z.literal("networking.k8s.io/v1"),
  kind: z.literal("NetworkPolicy"),
  metadata: metadataSchema,
  spec: spec.nullish(),
  /** Written by API servers before 1.28; it holds no intent. */
  status: z.unknown().optional(),
});

/** A LabelSelector as written. */
export type SelectorText = z.infer<typeof selector>;
/** A NetworkPolicyPeer as written. */
export type PeerText = z.infer<typeof peer>;
/** A NetworkPolicyPort as written. */
export type PortText = z.infer<typeof port>;
/** A NetworkPolicySpec as written. */
export type SpecText = z.infer<typeof spec>;
