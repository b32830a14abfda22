import { metadataSchema, portNameSchema, portNumberSchema } from "@weft/manifest";
import * as z from "zod";
import { ipBlockSchema } from "./blocks.ts";
import { entities } from "./entities.ts";
import { icmpPorts, icmpTypeNames } from "./icmp.ts";
import { revocationAnnotation } from "./revocation.ts";
import { finding, policyMetadataSchema, revocationSchema, selectorSchema } from "./schema-parts.ts";

const peerFields = {
  podSelector: selectorSchema.nullish(),
  namespaceSelector: selectorSchema.nullish(),
  ipBlock: ipBlockSchema.nullish(),
};

const peer = z.strictObject(peerFields).check(({ value, issues }) => {
  const expected = "podSelector, namespaceSelector or both, or ipBlock alone";
  const selects = value.podSelector != null || value.namespaceSelector != null;
  if (selects && value.ipBlock != null)
    issues.push(finding(value, [], "has ipBlock beside a selector", expected));
  if (!selects && value.ipBlock == null) issues.push(finding(value, [], "names nobody", expected));
});

const weftPeer = z
  .strictObject({ ...peerFields, entities: z.array(z.enum(entities)).min(1).nullish() })
  .check(({ value, issues }) => {
    const selects = value.podSelector != null || value.namespaceSelector != null;
    const ways = [selects, value.ipBlock != null, value.entities != null].filter(Boolean).length;
    const expected = "podSelector, namespaceSelector or both, or ipBlock alone, or entities alone";
    if (ways > 1) issues.push(finding(value, [], "names its peers in more than one way", expected));
    if (ways === 0) issues.push(finding(value, [], "names nobody", expected));
  });

const portFields = {
  protocol: z.enum(["TCP", "UDP", "SCTP"]).nullish(),
  port: z.union([portNumberSchema, portNameSchema]).nullish(),
  endPort: portNumberSchema.nullish(),
};

type PortFields = {
  readonly port?: string | number | null | undefined;
  readonly endPort?: number | null | undefined;
};

function checkEndPort({ value, issues }: z.core.ParsePayload<PortFields>): void {
  const { port: first, endPort } = value;
  if (endPort == null || (typeof first === "number" && endPort >= first)) return;
  const message = `is ${endPort} while port is ${first == null ? "missing" : JSON.stringify(first)}`;
  const expected = typeof first === "number" ? `a number from ${first} to 65535` : "port to be a number, too";
  issues.push(finding(value, ["endPort"], message, expected));
}

const byte = z.number().refine((value) => Number.isInteger(value) && value >= 0 && value <= 255, {
  error: (issue) => `is ${String(issue.input)}`,
  params: { expected: "a whole number from 0 to 255" },
});

const icmp = z
  .strictObject({
    family: z.enum(["IPv4", "IPv6"]).nullish(),
    type: z.union([byte, z.string()]).nullish(),
    code: byte.nullish(),
  })
  .check(({ value, issues }) => {
    const { family, type, code } = value;
    if (code != null && type == null)
      issues.push(finding(value, ["code"], `is ${code} while type is missing`, "type to be given, too"));
    if (icmpPorts(value).length > 0) return;
    const expected = `a whole number from 0 to 255 or one of ${icmpTypeNames(family).join(", ")}`;
    issues.push(finding(value, ["type"], `is ${JSON.stringify(type)}`, expected));
  });

const port = z.strictObject(portFields).check(checkEndPort);

const weftPort = z
  .strictObject({ ...portFields, icmp: icmp.nullish() })
  .check(checkEndPort)
  .check(({ value, issues }) => {
    const others = [value.protocol, value.port, value.endPort].some((field) => field != null);
    if (value.icmp != null && others)
      issues.push(finding(value, ["icmp"], "stands beside protocol or port", "icmp alone"));
  });

function rulesOf<Side extends "from" | "to", Peer extends z.ZodType, Port extends z.ZodType>(
  side: Side,
  peers: Peer,
  ports: Port,
) {
  const who = { [side]: z.array(peers).nullish() } as Record<
    Side,
    z.ZodOptional<z.ZodNullable<z.ZodArray<Peer>>>
  >;
  return z.array(z.strictObject({ ...who, ports: z.array(ports).nullish() })).nullish();
}

const policyTypes = z
  .array(z.enum(["Ingress", "Egress"]))
  .max(2)
  .nullish();

const spec = z.strictObject({
  podSelector: selectorSchema.nullish(),
  policyTypes,
  ingress: rulesOf("from", peer, port),
  egress: rulesOf("to", peer, port),
});

const weftSpec = z
  .strictObject({
    podSelector: selectorSchema.nullish(),
    policyTypes,
    ingress: rulesOf("from", weftPeer, weftPort),
    egress: rulesOf("to", weftPeer, weftPort),
    ingressDeny: rulesOf("from", weftPeer, weftPort),
    egressDeny: rulesOf("to", weftPeer, weftPort),
    onRevoke: revocationSchema.nullish(),
  })
  .check(({ value, issues }) => {
    const types = value.policyTypes ?? [];
    if (types.length === 0) return;
    for (const [type, list] of [
      ["Ingress", "ingressDeny"],
      ["Egress", "egressDeny"],
    ] as const) {
      if (types.includes(type) || (value[list] ?? []).length === 0) continue;
      const message = `is not in force, as policyTypes leaves ${type} out`;
      issues.push(finding(value, [list], message, `${type} in policyTypes, or no policyTypes`));
    }
  });

/** networking.k8s.io/v1 NetworkPolicy, every field of it and no other. */
export const networkPolicySchema = z.strictObject({
  apiVersion: z.literal("networking.k8s.io/v1"),
  kind: z.literal("NetworkPolicy"),
  metadata: policyMetadataSchema,
  spec: spec.nullish(),
  /** Written by API servers before 1.28; it holds no intent. */
  status: z.unknown().optional(),
});

/** weft.dev/v1 NetworkPolicy: that of Kubernetes with denial, ICMP, entities and revocation. */
export const weftPolicySchema = z.strictObject({
  apiVersion: z.literal("weft.dev/v1"),
  kind: z.literal("NetworkPolicy"),
  metadata: metadataSchema.check(({ value, issues }) => {
    if (value.annotations?.[revocationAnnotation] === undefined) return;
    const path = ["annotations", revocationAnnotation];
    issues.push(finding(value, path, "is for the kinds of Kubernetes", "spec.onRevoke"));
  }),
  spec: weftSpec.nullish(),
});

/** A NetworkPolicyPeer as written, but its ipBlock read. */
export type PeerText = z.infer<typeof weftPeer>;
/** A NetworkPolicyPort as written. */
export type PortText = z.infer<typeof weftPort>;
/** A NetworkPolicySpec as written. */
export type SpecText = z.infer<typeof weftSpec>;
