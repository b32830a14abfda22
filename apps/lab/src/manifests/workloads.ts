import { createHash } from "node:crypto";
import { checkResource, type Diagnostic, type Resource } from "@weft/manifest";
import type { Pod, PodPort } from "./pods.ts";
import { type ContainerPort, ipv4Annotation, type PodTemplate, podSchema, workloadSchema } from "./schema.ts";

/** What one workload manifest becomes: its pods, or why it has none. */
interface Expansion {
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
    const { metadata, spec, status } = checked.value;
    if (status?.phase === "Succeeded" || status?.phase === "Failed") return ignoring("it has ended");
    return expand({ ...resource, name: nameOf(resource, metadata) }, { metadata, spec }, [{ suffix: "" }]);
  }
  const checked = checkResource(resource, workloadSchema);
  if (!checked.ok) return { pods: [], diagnostics: checked.diagnostics };
  const { metadata, spec } = checked.value;
  const template = { metadata: spec.template.metadata ?? {}, spec: spec.template.spec };
  const count = (resource.kind === "Job" ? spec.parallelism : spec.replicas) ?? 1;
  const named = { ...resource, name: nameOf(resource, metadata) };
  return expand(named, template, copies(resource.kind, count, hosts));
}

interface Named {
  readonly name?: string | undefined;
  readonly generateName?: string | null | undefined;
}

/** A generated name has letters behind it that are the same each time the same manifest is read. */
function nameOf({ file, line, source }: Resource, { name, generateName }: Named): string {
  if (name !== undefined) return name;
  const letters = createHash("sha256").update(`${file}\0${line}\0${source}`).digest("hex").slice(0, 5);
  return `${generateName ?? ""}${letters}`;
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

function ignoring(reason: string): Expansion {
  return { pods: [], diagnostics: [], ignored: reason };
}

type Origin = Pick<Resource, "namespace" | "name">;

function expand(resource: Origin, template: PodTemplate, wanted: readonly Copy[]): Expansion {
  if (template.spec.hostNetwork === true) return ignoring("it runs in the network of its host");
  const pods = wanted.map(({ suffix, host }) => ({
    namespace: resource.namespace,
    name: resource.name + suffix,
    labels: template.metadata.labels ?? {},
    ports: portsOf(template.spec),
    ipv4: template.metadata.annotations?.[ipv4Annotation] === "true",
    ...(host === undefined ? {} : { host }),
  }));
  return { pods, diagnostics: [] };
}

/**
 * The ports of a pod: of its containers and then of its sidecars, which are init containers that go on. They share one network,
 * so that what is declared twice is one port; but one number may have several names, and each of them counts.
 */
function portsOf({ containers, initContainers }: PodTemplate["spec"]): PodPort[] {
  const sidecars = (initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const declared: ContainerPort[] = [...containers, ...sidecars].flatMap(
    (container) => container.ports ?? [],
  );
  const ports = new Map<string, PodPort>();
  for (const { name, protocol, containerPort } of declared) {
    const port = { name: name ?? "", protocol: protocol ?? "TCP", port: containerPort };
    const key = `${port.protocol}/${port.port}`;
    const known = ports.get(`${key} `);
    // A port without a name adds nothing to one that has a name, and the other way round it gets one.
    if (port.name !== "" && known !== undefined) ports.delete(`${key} `);
    if (port.name === "" && [...ports.values()].some((one) => `${one.protocol}/${one.port}` === key))
      continue;
    ports.set(`${key} ${port.name}`, port);
  }
  return [...ports.values()];
}
