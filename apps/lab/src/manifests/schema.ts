import { labelsSchema, portNameSchema, portNumberSchema } from "@weft/manifest";
import * as z from "zod";

// Kubernetes owns these kinds: fields that mean nothing to a network are taken as they are. What the network uses
// (labels, ports, replicas) is checked to the last field.

const port = z.strictObject({
  name: portNameSchema.nullish(),
  containerPort: portNumberSchema,
  protocol: z.enum(["TCP", "UDP", "SCTP"]).nullish(),
  hostPort: portNumberSchema.nullish(),
  hostIP: z.string().nullish(),
});

const metadata = z.looseObject({
  labels: labelsSchema.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

const podSpec = z.looseObject({
  containers: z.array(z.looseObject({ name: z.string(), ports: z.array(port).nullish() })).min(1),
  hostNetwork: z.boolean().nullish(),
});

const count = z.int().min(0).max(1000);

/** A Pod, as far as a network is concerned. */
export const podSchema = z.looseObject({ metadata, spec: podSpec });

/** What Deployment, StatefulSet, DaemonSet, ReplicaSet and Job have in common. */
export const workloadSchema = z.looseObject({
  spec: z.looseObject({
    replicas: count.nullish(),
    parallelism: count.nullish(),
    template: z.looseObject({ metadata: metadata.nullish(), spec: podSpec }),
  }),
});

/** A Service, as far as the addresses of its backends are concerned; lb checks the rest. */
export const familiesSchema = z.looseObject({
  spec: z.looseObject({
    selector: z.record(z.string(), z.string()).nullish(),
    ipFamilies: z.array(z.string()).nullish(),
    ipFamilyPolicy: z.string().nullish(),
  }),
});

/** A pod template or a Pod, after the check. */
export type PodTemplate = z.infer<typeof podSchema>;

/** A port of a container, after the check. */
export type ContainerPort = z.infer<typeof port>;
