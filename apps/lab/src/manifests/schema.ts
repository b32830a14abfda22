import {
  dnsLabelSchema,
  dnsSubdomainSchema,
  labelsSchema,
  portNameSchema,
  portNumberSchema,
} from "@weft/manifest";
import * as z from "zod";

// Kubernetes owns these kinds: fields that mean nothing to a network are taken as they are. What the network uses
// (names, labels, ports, replicas) is checked to the last field.

/** Annotation of a pod that asks for an IPv4 address, with the value "true". */
export const ipv4Annotation = "weft/ipv4";

const port = z.strictObject({
  name: portNameSchema.nullish(),
  containerPort: portNumberSchema,
  protocol: z.enum(["TCP", "UDP", "SCTP"]).nullish(),
  hostPort: z.unknown().optional(),
  hostIP: z.unknown().optional(),
});

const metadata = z.looseObject({
  labels: labelsSchema.nullish(),
  annotations: z.looseObject({ [ipv4Annotation]: z.string().nullish() }).nullish(),
});

/** Names of what is made into containers. Without a name an API server makes one that begins with generateName. */
const named = z.looseObject({
  name: dnsSubdomainSchema.optional(),
  generateName: z.string().nullish(),
  namespace: dnsLabelSchema.nullish(),
});

const ports = z.array(port).nullish();

const podSpec = z.looseObject({
  containers: z.array(z.looseObject({ ports })).min(1),
  initContainers: z.array(z.looseObject({ restartPolicy: z.string().nullish(), ports })).nullish(),
  hostNetwork: z.boolean().nullish(),
});

const count = z.int().min(0).max(1000);

/** A Pod, as far as a network is concerned. */
export const podSchema = z.looseObject({
  metadata: named.and(metadata),
  spec: podSpec,
  status: z.looseObject({ phase: z.unknown().optional() }).nullish(),
});

/** What Deployment, StatefulSet, DaemonSet, ReplicaSet and Job have in common. */
export const workloadSchema = z.looseObject({
  metadata: named,
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

/** What a container is made from, after the check. */
export interface PodTemplate {
  readonly metadata: z.infer<typeof metadata>;
  readonly spec: z.infer<typeof podSpec>;
}

/** A port of a container, after the check. */
export type ContainerPort = z.infer<typeof port>;
