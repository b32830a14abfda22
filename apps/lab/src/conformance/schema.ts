import { isDnsLabel, labelsSchema, nameRules } from "@weft/manifest";
import * as z from "zod";

// The format of mattfenwick/cyclonus's generated cases, with the state after each step and the cells that must not
// connect. Everything unknown is refused by name.

const cellPattern = /^[^/>]+\/[^/>]+>[^/>]+\/[^/>]+:\d{1,5}\/(TCP|UDP|SCTP)$/;

const named = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  spec: z.record(z.string(), z.unknown()).optional(),
});

const inNamespace = z.strictObject({ Namespace: z.string() });
const labelled = inNamespace.extend({ Labels: labelsSchema });
const pod = inNamespace.extend({ Pod: z.string() });
const labelledPod = pod.extend({ Labels: labelsSchema });

/** What is done in a step; one of them is set. */
const action = z
  .strictObject({
    CreatePolicy: z.strictObject({ Policy: named }),
    UpdatePolicy: z.strictObject({ Policy: named }),
    DeletePolicy: z.strictObject({ Namespace: z.string(), Name: z.string() }),
    CreateNamespace: labelled,
    SetNamespaceLabels: labelled,
    DeleteNamespace: inNamespace,
    CreatePod: labelledPod,
    SetPodLabels: labelledPod,
    DeletePod: pod,
    ReadNetworkPolicies: z.strictObject({ Namespaces: z.array(z.string()) }),
  })
  .partial();

const protocol = z.enum(["TCP", "UDP", "SCTP"]);
const podName = z.string().regex(/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-.a-z0-9]*$/, "NAMESPACE/NAME");

const probe = z.strictObject({
  AllAvailable: z.boolean().optional(),
  PortProtocol: z
    .strictObject({ Protocol: protocol, Port: z.union([z.int().min(1).max(65535), z.string()]) })
    .nullish(),
  Mode: z.string().optional(),
});

const step = z.strictObject({
  actions: z.array(action).default([]),
  policies: z.array(named),
  pods: z.record(podName, labelsSchema),
  namespaces: z.record(z.string().refine(isDnsLabel, nameRules.dnsLabel), labelsSchema),
  probe: probe.default({ AllAvailable: true }),
  cells: z.int().min(0).optional(),
  blocked: z.array(z.string().regex(cellPattern, "NAMESPACE/NAME>NAMESPACE/NAME:PORT/PROTOCOL")),
  kinds: z.record(z.string(), z.int()).optional(),
});

const testCase = z.strictObject({
  index: z.int().min(0),
  description: z.string().default(""),
  tags: z.array(z.string()).default([]),
  steps: z.array(step).min(1),
});

/** A whole file. */
export const casesSchema = z.array(testCase).min(1);

/** One case: a world that changes step by step. */
export type ConformanceCase = z.infer<typeof testCase>;

/** One step: what is done, the state after it, and the cells that must not connect then. */
export type ConformanceStep = z.infer<typeof step>;

/** A manifest in a file, so far as everybody has to know it. */
export type NamedManifest = z.infer<typeof named>;
