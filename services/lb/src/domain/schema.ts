import {
  dnsSubdomainSchema,
  labelsSchema,
  metadataSchema,
  portNameSchema,
  portNumberSchema,
} from "@weft/manifest";
import { parseAddress, parsePrefix } from "@weft/netaddr";
import * as z from "zod";

// As in the Go API, null means the same as absent wherever a field may be absent.

/** A text that a parser of netaddr accepts. */
function parsed(parse: (text: string) => unknown, expected: string) {
  return z.string().refine(
    (text) => {
      try {
        return parse(text) !== undefined;
      } catch {
        return false;
      }
    },
    { error: (issue) => `is ${JSON.stringify(issue.input)}`, params: { expected } },
  );
}

/** A field that Kubernetes has and Weft does not do yet: refused by name, so that nobody believes it is in force. */
function unsupported(why: string) {
  return z
    .unknown()
    .refine((value) => value === undefined || value === null, {
      error: `is not supported: ${why}`,
      params: { expected: "no such field" },
    })
    .optional();
}

const address = parsed(parseAddress, "an IPv4 or IPv6 address");
const prefix = parsed(parsePrefix, "a prefix such as 10.0.0.0/24 or fd00::/64");
const family = z.enum(["IPv4", "IPv6"]);

/** Where Kubernetes takes node ports from unless told otherwise. */
const nodePorts = { first: 30_000, last: 32_767 } as const;

const nodePort = z
  .number()
  .refine(
    (port) => Number.isInteger(port) && (port === 0 || (port >= nodePorts.first && port <= nodePorts.last)),
    {
      error: (issue) => `is ${String(issue.input)}`,
      params: { expected: `a whole number from ${nodePorts.first} to ${nodePorts.last}` },
    },
  );

const port = z.strictObject({
  name: portNameSchema.nullish(),
  protocol: z.enum(["TCP", "UDP", "SCTP"]).nullish(),
  appProtocol: z.string().nullish(),
  port: portNumberSchema,
  targetPort: z.union([portNumberSchema, portNameSchema]).nullish(),
  nodePort: nodePort.nullish(),
});

const affinitySeconds = z
  .number()
  .refine((seconds) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400, {
    error: (issue) => `is ${String(issue.input)}`,
    params: { expected: "a whole number of seconds from 1 to 86400" },
  });

const spec = z.strictObject({
  type: z.enum(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]).nullish(),
  selector: labelsSchema.nullish(),
  ports: z.array(port).nullish(),
  clusterIP: z.union([z.enum(["None", ""]), address]).nullish(),
  clusterIPs: z
    .array(z.union([z.literal("None"), address]))
    .max(2)
    .nullish(),
  ipFamilies: z.array(family).max(2).nullish(),
  ipFamilyPolicy: z.enum(["SingleStack", "PreferDualStack", "RequireDualStack"]).nullish(),
  externalName: dnsSubdomainSchema.nullish(),
  externalIPs: z.array(address).nullish(),
  sessionAffinity: z.enum(["None", "ClientIP"]).nullish(),
  sessionAffinityConfig: z
    .strictObject({ clientIP: z.strictObject({ timeoutSeconds: affinitySeconds.nullish() }).nullish() })
    .nullish(),
  publishNotReadyAddresses: z.boolean().nullish(),
  internalTrafficPolicy: z.enum(["Cluster", "Local"]).nullish(),
  externalTrafficPolicy: z.enum(["Cluster", "Local"]).nullish(),
  trafficDistribution: z.enum(["PreferClose", "PreferSameZone", "PreferSameNode"]).nullish(),
  allocateLoadBalancerNodePorts: z.boolean().nullish(),
  loadBalancerIP: address.nullish(),
  loadBalancerSourceRanges: z.array(prefix).nullish(),
  loadBalancerClass: unsupported("Weft is the one load balancer of its mesh"),
  healthCheckNodePort: unsupported("Weft answers no health checks of other load balancers yet"),
});

/** core/v1 Service by its fields; what they must be together is in `service-rules.ts`. */
export const serviceSchema = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Service"),
  metadata: metadataSchema,
  spec,
  /** Written by API servers; it holds no intent. */
  status: z.unknown().optional(),
});

/** A Service as written, field by field valid. */
export type ServiceManifest = z.infer<typeof serviceSchema>;

/** One port of a Service as written. */
export type ServicePort = z.infer<typeof port>;
