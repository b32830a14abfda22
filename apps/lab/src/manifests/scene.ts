import { checkResource, type Diagnostic, type Resource } from "@weft/manifest";
import { ignoredReason, kindsOf, roleOf } from "./kinds.ts";
import { type Pod, podName } from "./pods.ts";
import { familiesSchema } from "./schema.ts";
import { expandWorkload } from "./workloads.ts";

/** A manifest that the lab takes and does nothing with. */
export interface Ignored {
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
}

/** What a set of manifests asks the lab to do. */
export interface Scene {
  readonly pods: readonly Pod[];
  /** Namespace and NetworkPolicy manifests. */
  readonly intent: readonly Resource[];
  readonly services: readonly Resource[];
  readonly ignored: readonly Ignored[];
}

/** Reads a scene from manifests; with any finding nothing of it may be used. */
export function readScene(
  resources: readonly Resource[],
  hosts: readonly string[],
): { readonly scene: Scene; readonly diagnostics: readonly Diagnostic[] } {
  const pods: Pod[] = [];
  const ignored: Ignored[] = [];
  const diagnostics: Diagnostic[] = [];
  const origins = new Map<string, Resource>();
  for (const resource of resources) {
    const role = roleOf(resource);
    if (role === undefined) diagnostics.push(unknownKind(resource));
    if (role === "ignored") ignored.push(ignore(resource));
    if (role !== "workload") continue;
    const expansion = expandWorkload(resource, hosts);
    diagnostics.push(...expansion.diagnostics);
    if (expansion.ignored !== undefined) ignored.push(ignore(resource, expansion.ignored));
    for (const pod of expansion.pods) {
      const other = origins.get(podName(pod));
      if (other !== undefined) diagnostics.push(takenName(resource, podName(pod), other));
      origins.set(podName(pod), resource);
      pods.push(pod);
    }
  }
  const intent = resources.filter((resource) => roleOf(resource) === "compiler");
  const services = resources.filter((resource) => roleOf(resource) === "lb");
  return { scene: { pods: withFamilies(pods, services), intent, services, ignored }, diagnostics };
}

/** A pod behind a Service that serves IPv4 needs an IPv4 address. */
function withFamilies(pods: readonly Pod[], services: readonly Resource[]): Pod[] {
  const selectors = services.flatMap((service) => {
    const checked = checkResource(service, familiesSchema);
    const spec = checked.ok ? checked.value.spec : undefined;
    const four = spec?.ipFamilies?.includes("IPv4") || spec?.ipFamilyPolicy === "RequireDualStack";
    return four && spec?.selector ? [{ namespace: service.namespace, labels: spec.selector }] : [];
  });
  const byNamespace = Map.groupBy(selectors, ({ namespace }) => namespace);
  return pods.map((pod) => {
    const selected = (byNamespace.get(pod.namespace) ?? []).some(({ labels }) =>
      Object.entries(labels).every(([key, value]) => pod.labels[key] === value),
    );
    return selected ? { ...pod, ipv4: true } : pod;
  });
}

/** A manifest that is taken and does nothing, by name and with the reason. */
export function ignore(resource: Resource, reason = ignoredReason(resource)): Ignored {
  const name = resource.namespace === "" ? resource.name : `${resource.namespace}/${resource.name}`;
  return { kind: resource.kind, name, reason };
}

function unknownKind(resource: Resource): Diagnostic {
  return {
    file: resource.file,
    ...resource.locate(["kind"]),
    field: "kind",
    message: `the lab cannot run a ${JSON.stringify(resource.kind)}`,
    expected: kindsOf("workload", "compiler", "lb").join(", "),
  };
}

function takenName(resource: Resource, name: string, other: Resource): Diagnostic {
  return {
    file: resource.file,
    ...resource.locate(["metadata", "name"]),
    field: "metadata.name",
    message: `${name} is already made by the ${other.kind} at ${other.file}:${other.line}`,
    expected: "a name of its own",
  };
}
