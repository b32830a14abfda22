import { checkResource, type Diagnostic, type Resource } from "@weft/manifest";
import type { Pod, PodPort } from "./pods.ts";
import { type ContainerPort, type PodTemplate, podSchema, workloadSchema } from "./schema.ts";

/** Annotation of a pod that asks for an IPv4 address, with the value "true". */
export const ipv4Annotation = "weft/ipv4";

/** What one workload manifest becomes: its pods, or why it has none. */
export interface Expansion {
  readonly pods: readonly Pod[];
  readonly diagnostics: readonly Diagnostic[];
  /** Set: there is nothing to run, for this reason. */
  readonly ignored?: string;
}

/** The pods of a Deployment, Pod, StatefulSet, DaemonSet, ReplicaSet or Job on these hosts. */
export function expandWorkload(resource: Resource, hosts: readonly string[]): Expansion {
  if (resource.kind === "Pod") {
    const checked = checkResource(resource, podSchema);
    if (!checked.ok) return { pods: [], diagnostics: checked.diagnostics };
    return expand(resource, checked.value, [{ suffix: "" }]);
  }
  const checked = checkResource(resource, workloadSchema);
  if (!checked.ok) return { pods: [], diagnostics: checked.diagnostics };
  const { spec } = checked.value;
  const template = { metadata: spec.template.metadata ?? {}, spec: spec.template.spec };
  const count = (resource.kind === "Job" ? spec.parallelism : spec.replicas) ?? 1;
  return expand(resource, template, copies(resource.kind, count, hosts));
}

interface Copy {
  readonly suffix: string;
  readonly host?: string;
}

/** One copy keeps the plain name, so that `lab exec default/frontend` means what one thinks. */
function copies(kind: string, count: number, hosts: readonly string[]): Copy[] {
  if (kind === "DaemonSet") return hosts.map((host) => ({ suffix: `-${host}`, host }));
  if (count === 1 && kind !== "StatefulSet") return [{ suffix: "" }];
  return Array.from({ length: count }, (_, index) => ({ suffix: `-${index}` }));
}

function expand(resource: Resource, template: PodTemplate, wanted: readonly Copy[]): Expansion {
  if (template.spec.hostNetwork === true) {
    return { pods: [], diagnostics: [], ignored: "it runs in the network of its host" };
  }
  const pods = wanted.map(({ suffix, host }) => ({
    namespace: resource.namespace,
    name: resource.name + suffix,
    labels: template.metadata.labels ?? {},
    ports: portsOf(template.spec.containers.flatMap((container) => container.ports ?? [])),
    ipv4: template.metadata.annotations?.[ipv4Annotation] === "true",
    ...(host === undefined ? {} : { host }),
  }));
  return { pods, diagnostics: [] };
}

/** Containers of a pod share its network, so that a port declared twice is one port. */
function portsOf(declared: readonly ContainerPort[]): PodPort[] {
  const ports = new Map<string, PodPort>();
  for (const { name, protocol, containerPort } of declared) {
    const key = `${protocol ?? "TCP"}/${containerPort}`;
    const port = { name: name ?? "", protocol: protocol ?? "TCP", port: containerPort };
    if (!ports.has(key)) ports.set(key, port);
  }
  return [...ports.values()];
}
